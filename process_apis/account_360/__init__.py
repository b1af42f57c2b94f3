"""What do we know about one account, whoever holds it?"""

from process_apis.account_360.flow import changed, close, configure, picture, renew
from process_apis.account_360.lists import (
    CASES,
    INVOICES,
    PAYMENTS,
    SUBSCRIPTIONS,
    Listed,
    accounts,
    case,
    invoice,
    order,
    own,
    page,
)
from process_apis.account_360.model import (
    SHOWN,
    Balance,
    BillingTerms,
    Finding,
    Hierarchy,
    Moment,
    Name,
    Picture,
    Profile,
    Relative,
    Risk,
    State,
)
from process_apis.account_360.provenance import Attribute, provenance
from process_apis.account_360.questions import names_of
from process_apis.account_360.searching import Found, search
from process_apis.account_360.timeline import timeline

__all__ = [
    "CASES",
    "INVOICES",
    "PAYMENTS",
    "SHOWN",
    "SUBSCRIPTIONS",
    "Attribute",
    "Balance",
    "BillingTerms",
    "Finding",
    "Found",
    "Hierarchy",
    "Listed",
    "Moment",
    "Name",
    "Picture",
    "Profile",
    "Relative",
    "Risk",
    "State",
    "accounts",
    "case",
    "changed",
    "close",
    "configure",
    "invoice",
    "names_of",
    "order",
    "own",
    "page",
    "picture",
    "provenance",
    "renew",
    "search",
    "timeline",
]
