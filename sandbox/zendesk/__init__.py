"""How does Zendesk behave on the wire, as far as reads go?"""

from sandbox.zendesk.platform import Zendesk

__all__ = ["Zendesk"]
