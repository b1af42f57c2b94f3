"""How does Stripe behave on the wire, as far as reads go?"""

from sandbox.stripe.platform import Stripe

__all__ = ["Stripe"]
