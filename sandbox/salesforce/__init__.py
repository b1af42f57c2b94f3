"""What does the practice Salesforce show to the house that runs it?"""

from sandbox.salesforce.platform import Salesforce

__all__ = ["Salesforce"]
