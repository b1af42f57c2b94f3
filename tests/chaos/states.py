"""What do the four practice platforms hold, apart from what is only time or order of arrival?

Two histories of the same business must come to the same. What may differ between them, and is left out:

* moments (ISO 8601 with a time of day, or Unix seconds), because a killed gateway writes later;
* ids and running numbers that a platform gives to what is made there, because they say who came first: a
  record that the world was not made with goes by its kind and our key in it instead, wherever it is named.

Everything else counts: how many records there are, each amount, text, reference, status and day.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

Json = dict[str, Any]
KINDS: Final[dict[str, tuple[str, ...]]] = {
    "salesforce": ("Account", "Contact", "Opportunity", "Contract", "Task"),
    "stripe": (
        *("customer", "subscription", "invoice", "invoice_payment", "payment_intent", "charge"),
        *("credit_note", "refund", "dispute", "payout"),
    ),
    "zendesk": ("organizations", "users", "tickets"),
    "netsuite": (
        *("customer", "salesOrder", "invoice", "creditMemo", "customerPayment", "customerRefund", "deposit"),
        "journalEntry",
    ),
}
KEYS: Final = ("Tieline_Key__c", "external_id", "externalId")
"""Where our key stands in what we made."""
LEFT_OUT: Final = frozenset({"links", "url"})
"""Addresses with ids in them, by name of the field."""
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
_UNIX: Final = range(1_500_000_000, 2_500_000_000)


class Made:
    """The records that the world was made with, by platform, kind and id."""

    def __init__(self, found: dict[str, dict[str, list[Json]]]) -> None:
        self.by_id = {
            (platform, kind): {_id(one): one for one in records}
            for platform, kinds in found.items()
            for kind, records in kinds.items()
        }

    def has(self, platform: str, kind: str, record: Json) -> bool:
        """Whether the world was made with this record, in whatever state it is now."""
        return _id(record) in self.by_id[platform, kind]

    def of(self, platform: str, kind: str, record: Json) -> Json | None:
        """The record as it was made; None when the world was made without it."""
        return self.by_id[platform, kind].get(_id(record))


class States:
    """What has come to be on the platforms since the world was made: by platform and kind, each record that
    is new or changed as text, and how often it is there."""

    def __init__(self, found: dict[str, dict[str, list[Json]]], made: Made) -> None:
        self._names = _names(found, made)
        self.of = {
            (platform, kind): Counter(
                self._text(one) for one in records if self._changed(one, made.of(platform, kind, one))
            )
            for platform, kinds in found.items()
            for kind, records in kinds.items()
        }

    def differences(self, other: "States") -> list[str]:
        """What is here and not there, and the other way round; nothing when they are equal."""
        return [
            f"{sign} {platform} {kind} x{count}: {text}"
            for (platform, kind), here in self.of.items()
            for sign, more in (("-", here - other.of[platform, kind]), ("+", other.of[platform, kind] - here))
            for text, count in more.items()
        ]

    def _changed(self, record: Json, made: Json | None) -> bool:
        """Whether it says anything else than it was made with; one that was changed back only says when."""
        return record != made and (made is None or self._text(record) != self._text(made))

    def _text(self, record: Json) -> str:
        return json.dumps(self._plain(record), sort_keys=True)

    def _plain(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._plain(one) for name, one in value.items() if name not in LEFT_OUT}
        if isinstance(value, list):
            return sorted(
                (self._plain(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True)
            )
        if isinstance(value, str):
            return self._names.get(value) or _MOMENT.sub("<moment>", value)
        if type(value) is int:
            return self._names.get(str(value)) or ("<moment>" if value in _UNIX else value)
        return value


def _order(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def look(see: Callable[[str, str], Any]) -> dict[str, dict[str, list[Json]]]:
    """All records; `see` is `Town.see`."""
    return {
        platform: {kind: see(platform, f"/state/{kind}")["data"] for kind in kinds}
        for platform, kinds in KINDS.items()
    }


def _names(found: dict[str, dict[str, list[Json]]], made: Made) -> dict[str, str]:
    """How what was made since goes by: by its kind and our key."""
    names: dict[str, str] = {}
    for kind, one in (
        (kind, one)
        for platform, kinds in found.items()
        if platform != "stripe"  # whose ids are not given by the order of arrival
        for kind, records in kinds.items()
        for one in records
        if not made.has(platform, kind, one)
    ):
        key = next((one[key] for key in KEYS if one.get(key)), "without a key")
        names |= {_id(one): f"<{kind} {key}>", str(one.get("tranId")): f"<number of {kind} {key}>"}
    return names


def _id(record: Json) -> str:
    return str(record.get("id", record.get("Id")))
