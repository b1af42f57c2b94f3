"""How does a number of the world become an id of a platform?

Pure and published: an id depends on the kind and the number only, so it stays the same after a restart,
after a reset, and on every platform that quotes another one's id. A second record of one customer
(`Account.copies`) has the id of `number + COPY`.
"""

import base64
import hashlib
from typing import Final

COPY: Final = 100_000

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

# Key prefixes as Salesforce publishes them ("Standard Field Record ID Prefix Decoder").
SALESFORCE_PREFIXES: Final = {
    "Account": "001",
    "Contact": "003",
    "User": "005",
    "Opportunity": "006",
    "Organization": "00D",
    "OpportunityLineItem": "00k",
    "Task": "00T",
    "OutboundMessage": "04k",
    "OutboundNotification": "04l",
    "Pricebook2": "01s",
    "Product2": "01t",
    "PricebookEntry": "01u",
    "Case": "500",
    "Contract": "800",
}

# Prefix and length of the random-looking part, as seen in Stripe's public fixtures.
STRIPE_PREFIXES: Final = {
    "customer": ("cus_", 14),
    "subscription": ("sub_", 24),
    "subscription_item": ("si_", 14),
    "invoice": ("in_", 24),
    "line_item": ("il_", 24),
    "payment_intent": ("pi_", 24),
    "charge": ("ch_", 24),
    "invoice_payment": ("inpay_", 24),
    "price": ("price_", 24),
    "payment_method": ("pm_", 24),
    "tax_id": ("txi_", 24),
    "account": ("acct_", 16),
    "credit_note": ("cn_", 24),
    "credit_note_line_item": ("cnli_", 24),
    "refund": ("re_", 24),
    "dispute": ("du_", 24),
    "payout": ("po_", 24),
    "bank_account": ("ba_", 24),
}

# NetSuite numbers entities (customers, contacts) in one range and transactions in one range.
NETSUITE_STARTS: Final = {
    "subsidiary": 0,
    "currency": 0,
    "account": 200,
    "accountingPeriod": 300,
    "serviceSaleItem": 500,
    "customer": 1_000,
    "contact": 300_000,
    "salesOrder": 1_000_000,
    "invoice": 2_000_000,
    "customerPayment": 3_000_000,
    "journalEntry": 4_000_000,
    "creditMemo": 5_000_000,
    "customerRefund": 6_000_000,
    "deposit": 7_000_000,
    "customerSubsidiaryRelationship": 400_000,
}

# Zendesk counts tickets from one and gives everything else large numbers.
ZENDESK_STARTS: Final = {
    "ticket": 0,
    "organization": 360_000_000_000,
    "user": 370_000_000_000,
    "comment": 380_000_000_000,
    "field": 390_000_000_000,
    "group": 391_000_000_000,
    "brand": 392_000_000_000,
    "agent": 393_000_000_000,
}


def salesforce_id(kind: str, number: int) -> str:
    """The 18-character id: prefix, pod, number in base 62, and the case checksum."""
    return salesforce_18(SALESFORCE_PREFIXES[kind] + "gL0000" + _digits(number, 6))


def salesforce_18(fifteen: str) -> str:
    """A 15-character id with its checksum: one character per five, from which letters are upper-case."""
    checksum = ""
    for start in (0, 5, 10):
        chunk = fifteen[start : start + 5]
        upper = sum(1 << place for place, letter in enumerate(chunk) if "A" <= letter <= "Z")
        checksum += "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[upper]
    return fifteen + checksum


def stripe_id(kind: str, number: int) -> str:
    """The prefixed id, such as `cus_` and fourteen letters and digits."""
    prefix, length = STRIPE_PREFIXES[kind]
    digest = int.from_bytes(hashlib.sha256(f"{kind}|{number}".encode()).digest())
    return prefix + _digits(digest, length)


def netsuite_id(kind: str, number: int) -> int:
    """The internal id, unique among the records of its kind and of its range."""
    return NETSUITE_STARTS[kind] + number


def zendesk_id(kind: str, number: int) -> int:
    """The id, unique among the records of its kind."""
    return ZENDESK_STARTS[kind] + number


def tieline_key(kind: str, platform: str, external: str) -> str:
    """The id Tieline gave an account long ago, by the published formula of its identity rule.

    `acc_` and the first 20 characters of the SHA-256 of `kind|platform|external id`, in lower-case
    base 32 hex without padding (RFC 4648, section 7).
    """
    digest = hashlib.sha256(f"{kind}|{platform}|{external}".encode()).digest()
    return "acc_" + base64.b32hexencode(digest).decode().lower()[:20]


def _digits(number: int, length: int) -> str:
    """The last `length` base-62 digits of a number."""
    digits = ""
    for _ in range(length):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits
