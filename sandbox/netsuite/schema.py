"""Which fields and sublists does a record that can be written have, and what does each hold?

Names as in Oracle's REST API Browser, as far as the practice company needs them. A field that is `Shown` is
NetSuite's own figure: it is known, and what a caller sends for it is ignored.
"""

from typing import Final

from sandbox.netsuite.specs import COUNTRY, DAY, FLAG, NUMBER, SHOWN, TEXT, Shape, Spec, Sublist

OPEN_ITEMS: Final = ("invoice", "creditMemo", "customerPayment")
# Oracle, "Transaction statuses": what an order may be set to; the rest follows from what is done to it.
ORDER_CHOICES: Final = (
    ("A", "Pending Approval"),
    ("B", "Pending Fulfillment"),
    ("C", "Cancelled"),
    ("H", "Closed"),
)


def _to(*types: str) -> Spec:
    return Spec("reference", types)


_HEAD: Final = {
    "externalId": TEXT,
    "tranId": TEXT,
    "tranDate": DAY,
    "subsidiary": _to("subsidiary"),
    "currency": _to("currency"),
    "exchangeRate": NUMBER,
    "memo": TEXT,
    # Custom body fields of the practice account.
    "custbody_tieline_dunning": TEXT,
    "custbody_tieline_run": TEXT,
}
_FIGURES: Final = ("createdDate", "lastModifiedDate", "postingPeriod", "status", "total")


def _shown(*names: str) -> dict[str, Spec]:
    return dict.fromkeys((*_FIGURES, *names), SHOWN)


_ITEM: Final = Sublist(
    "line",
    {
        "line": NUMBER,
        "item": _to("serviceSaleItem"),
        "description": TEXT,
        "quantity": NUMBER,
        "rate": NUMBER,
        "amount": NUMBER,
        "isClosed": FLAG,
        "taxDetailsReference": TEXT,
        "revRecStartDate": DAY,
        "revRecEndDate": DAY,
    },
)
# SuiteTax with "override": who sells says the tax of each line (Oracle, "Tax Details Override").
_TAX: Final = Sublist(
    "taxDetailsReference",
    {
        "taxDetailsReference": TEXT,
        "taxType": TEXT,
        "taxCode": TEXT,
        "taxBasis": NUMBER,
        "taxRate": NUMBER,
        "taxAmount": NUMBER,
    },
)
_APPLY: Final = Sublist(
    "doc",
    {
        "line": NUMBER,
        "apply": FLAG,
        "doc": _to(*OPEN_ITEMS),
        "amount": NUMBER,
        "type": SHOWN,
        "refNum": SHOWN,
        "total": SHOWN,
    },
)
_SOLD: Final = {"item": _ITEM, "taxDetails": _TAX}
_ADDRESS: Final = {
    "addressee": TEXT,
    "addr1": TEXT,
    "addr2": TEXT,
    "city": TEXT,
    "state": TEXT,
    "zip": TEXT,
    "country": COUNTRY,
}

SHAPES: Final[dict[str, Shape]] = {
    "customer": Shape(
        {
            "externalId": TEXT,
            "entityId": TEXT,
            "companyName": TEXT,
            "email": TEXT,
            "phone": TEXT,
            "url": TEXT,
            "comments": TEXT,
            "parent": _to("customer"),
            "subsidiary": _to("subsidiary"),
            "currency": _to("currency"),
            "terms": _to("term"),
            "taxable": FLAG,
            "isPerson": FLAG,
            "isInactive": FLAG,
            "creditHoldOverride": Spec("choice", choices=(("AUTO", "Auto"), ("OFF", "Off"), ("ON", "On"))),
            "defaultTaxReg": SHOWN,
            "balance": SHOWN,
            "dateCreated": SHOWN,
            "lastModifiedDate": SHOWN,
        },
        {
            "addressBook": Sublist(
                "label", {"label": TEXT, "defaultBilling": FLAG, "defaultShipping": FLAG, **_ADDRESS}
            ),
            "currencyList": Sublist("currency", {"currency": _to("currency")}),
            "taxRegistration": Sublist(
                "nexusCountry", {"nexusCountry": COUNTRY, "taxRegistrationNumber": TEXT}
            ),
        },
        {"companyName": "Company Name", "subsidiary": "Primary Subsidiary"},
    ),
    "customerSubsidiaryRelationship": Shape(
        {
            "externalId": TEXT,
            "entity": _to("customer"),
            "subsidiary": _to("subsidiary"),
            "isPrimarySub": SHOWN,
        },
        required={"entity": "Entity", "subsidiary": "Subsidiary"},
    ),
    "salesOrder": Shape(
        _HEAD
        | {
            "entity": _to("customer"),
            "otherRefNum": TEXT,
            "startDate": DAY,
            "endDate": DAY,
            "orderStatus": Spec("choice", choices=ORDER_CHOICES),
            "taxDetailsOverride": FLAG,
        }
        | _shown("subtotal", "taxTotal"),
        _SOLD,
        {"entity": "Customer"},
    ),
    "invoice": Shape(
        _HEAD
        | {
            "entity": _to("customer"),
            "otherRefNum": TEXT,
            "dueDate": DAY,
            "terms": _to("term"),
            "startDate": DAY,
            "endDate": DAY,
            "createdFrom": _to("salesOrder"),
            "taxDetailsOverride": FLAG,
        }
        | _shown("subtotal", "taxTotal", "amountPaid", "amountRemaining"),
        _SOLD,
        {"entity": "Customer"},
    ),
    "creditMemo": Shape(
        _HEAD
        | {
            "entity": _to("customer"),
            "otherRefNum": TEXT,
            "createdFrom": _to("invoice"),
            "taxDetailsOverride": FLAG,
        }
        | _shown("subtotal", "taxTotal", "applied", "unapplied"),
        _SOLD | {"apply": _APPLY},
        {"entity": "Customer"},
    ),
    "customerPayment": Shape(
        _HEAD
        | {"customer": _to("customer"), "account": _to("account"), "payment": NUMBER, "undepFunds": FLAG}
        | _shown("applied", "unapplied"),
        {"apply": _APPLY},
        {"customer": "Customer", "payment": "Payment Amount"},
    ),
    "customerRefund": Shape(
        _HEAD
        | {"customer": _to("customer"), "account": _to("account")}
        | _shown("applied", "unapplied")
        | {"total": NUMBER},
        {"apply": _APPLY},
        {"customer": "Customer"},
    ),
    "deposit": Shape(
        _HEAD | {"account": _to("account")} | _shown(),
        {
            "payment": Sublist(
                "id", {"id": _to("customerPayment"), "deposit": FLAG, "paymentAmount": SHOWN, "type": SHOWN}
            ),
            "other": Sublist(
                "",
                {"account": _to("account"), "amount": NUMBER, "entity": _to("customer"), "memo": TEXT},
            ),
            "cashBack": Sublist("", {"account": _to("account"), "amount": NUMBER, "memo": TEXT}),
        },
        {"account": "Account"},
    ),
    "journalEntry": Shape(
        _HEAD | {"approved": FLAG} | _shown(),
        {
            "line": Sublist(
                "line",
                {
                    "line": NUMBER,
                    "account": _to("account"),
                    "debit": NUMBER,
                    "credit": NUMBER,
                    "memo": TEXT,
                    "entity": _to("customer"),
                },
            )
        },
        {"subsidiary": "Subsidiary"},
    ),
}
