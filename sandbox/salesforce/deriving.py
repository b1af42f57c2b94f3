"""Which fields of a row follow from its others?"""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from sandbox.salesforce.customers import whole_address
from sandbox.salesforce.deals import STAGES, fiscal
from sandbox.salesforce.org import Org
from sandbox.salesforce.row import INTEGRATION_USER, Row
from sandbox.salesforce.wording import day

Derive = Callable[[Org, Row, Row], Row]

ADDRESSES: Final = {
    "Account": ("Billing", "Shipping"),
    "Contact": ("Mailing", "Other"),
    "Contract": ("Billing", "Shipping"),
}


def derived(org: Org, kind: str, before: Row, after: Row, now: str) -> Row:
    """What follows for a row; `before` is it as it was (all empty for a new one), `now` a written moment."""
    places = {f"{place}Address": whole_address(place, after) for place in ADDRESSES.get(kind, ())}
    derive = _DERIVED.get(kind)
    return places | (derive(org, before, after | {"now": now}) if derive else {})


def _contact(org: Org, before: Row, after: Row) -> Row:
    return {"Name": " ".join(filter(None, (after["FirstName"], after["LastName"])))}


def _opportunity(org: Org, before: Row, after: Row) -> Row:
    """Closed and won follow from the stage; so do probability and forecast, unless they are set apart.

    An amount stays what the lines come to ("Amount" in the Object Reference: such an update is ignored).
    """
    stage = STAGES[after["StageName"]]
    found: Row = {
        "IsClosed": stage.closed,
        "IsWon": stage.won,
        **fiscal(date.fromisoformat(after["CloseDate"])),
    }
    if after["StageName"] != before["StageName"]:
        found["ForecastCategory"] = stage.forecast
        if after["ForecastCategoryName"] == before["ForecastCategoryName"]:
            found["ForecastCategoryName"] = stage.forecast
        if after["Probability"] == before["Probability"]:
            found["Probability"] = stage.probability
    if before["HasOpportunityLineItem"]:
        found["Amount"] = before["Amount"]
    return found


def _contract(org: Org, before: Row, after: Row) -> Row:
    found: Row = {
        "StatusCode": after["Status"],
        "EndDate": _last_day(after["StartDate"], after["ContractTerm"]),
    }
    if after["Status"] == "Activated" and before["Status"] != "Activated":
        found |= {"ActivatedDate": after["now"], "ActivatedById": INTEGRATION_USER}
    return found


def _last_day(start: str | None, months: int | None) -> str | None:
    if start is None or months is None:
        return None
    first = date.fromisoformat(start)
    years, month = divmod(first.month - 1 + months, 12)
    year = first.year + years
    last = first.replace(day=1, month=month + 1, year=year)
    return day(last.replace(day=min(first.day, monthrange(year, month + 1)[1])) - timedelta(days=1))


def _task(org: Org, before: Row, after: Row) -> Row:
    closed = after["Status"] == "Completed"
    return {
        "IsClosed": closed,
        "IsHighPriority": after["Priority"] == "High",
        "CompletedDateTime": (before["CompletedDateTime"] or after["now"]) if closed else None,
        "AccountId": _account_of(org, after),
    }


def _account_of(org: Org, task: Row) -> Any:
    """The account that a task is about, directly or through what it is about."""
    for name, field in (
        ("Account", "WhatId"),
        ("Opportunity", "WhatId"),
        ("Contract", "WhatId"),
        ("Contact", "WhoId"),
    ):
        row = org.row(name, task[field]) if task[field] else None
        if row is not None:
            return row["Id"] if name == "Account" else row["AccountId"]
    return None


_DERIVED: Final[dict[str, Derive]] = {
    "Contact": _contact,
    "Contract": _contract,
    "Opportunity": _opportunity,
    "Task": _task,
}
