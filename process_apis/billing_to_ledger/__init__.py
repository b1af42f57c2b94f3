"""How does each invoice, payment, credit, refund, dispute and payout get into the ledger, once?"""

from process_apis.billing_to_ledger.model import InLedger, NothingToPost
from process_apis.billing_to_ledger.receiving import SUBSCRIBER

__all__ = ["SUBSCRIBER", "InLedger", "NothingToPost"]
