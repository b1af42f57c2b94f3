"""What do the tests of the practice NetSuite send?"""

from typing import Any

TODAY = "2026-11-18"


def customer(**more: Any) -> dict[str, Any]:
    """A new US customer."""
    return {"companyName": "Wren & Co", "email": "pay@wren.example", "subsidiary": {"id": "1"}} | more


def line(amount: float = 100.0, **more: Any) -> dict[str, Any]:
    """A line of one item."""
    return {"item": {"externalId": "TL-TEAM"}, "quantity": 1, "rate": amount} | more


def invoice(*lines: dict[str, Any], tax: float = 0, customer: str = "1001", **more: Any) -> dict[str, Any]:
    """An invoice of one line of 100 unless other lines are given; the tax is that of the first line."""
    body: dict[str, Any] = {
        "entity": {"id": customer},
        "tranDate": TODAY,
        "item": {"items": list(lines) or [line()]},
    }
    if tax:
        body["taxDetailsOverride"] = True
        body["taxDetails"] = {"items": [{"taxDetailsReference": "1", "taxAmount": tax}]}
    return body | more


def applied(*documents: tuple[str, float]) -> dict[str, Any]:
    """An `apply` sublist."""
    return {"items": [{"doc": {"id": id}, "apply": True, "amount": amount} for id, amount in documents]}


def payment(amount: float, *documents: tuple[str, float], **more: Any) -> dict[str, Any]:
    """A payment of customer 1, applied to these invoices."""
    return {
        "customer": {"id": "1001"},
        "payment": amount,
        "tranDate": TODAY,
        "apply": applied(*documents),
    } | more


def journal(debit: float, credit: float, **more: Any) -> dict[str, Any]:
    """A journal of two lines."""
    return {
        "subsidiary": {"id": "1"},
        "tranDate": TODAY,
        "line": {
            "items": [
                {"account": {"id": "201"}, "debit": debit, "memo": "to the bank"},
                {"account": {"id": "206"}, "credit": credit},
            ]
        },
    } | more
