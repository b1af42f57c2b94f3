"""Is what a caller writes into a field a value of it?

What Zendesk refuses it refuses together: 422 RecordInvalid, the reasons by field under `details`. Fields that
it does not know it ignores.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, time
from typing import Any, Final

from sandbox.zendesk.errors import invalid_attribute, record_invalid
from sandbox.zendesk.organizations import DATES, FIELDS

Json = dict[str, Any]

PRIORITIES: Final = ("low", "normal", "high", "urgent")
TYPES: Final = ("problem", "incident", "question", "task")


class Faults:
    """What is wrong with a record, by field, until it is refused for all of it."""

    def __init__(self) -> None:
        self._details: defaultdict[str, list[Json]] = defaultdict(list)

    def add(self, field: str, description: str, error: str = "InvalidValue", **more: Any) -> None:
        self._details[field].append({"description": description, "error": error, **more})

    def refuse(self) -> None:
        """Raise `Refusal` (422) if anything is wrong."""
        if self._details:
            raise record_invalid(dict(self._details))


def given(body: Any, name: str) -> Json:
    """The object of that name in a body. Raises `Refusal` without one."""
    found = body.get(name) if isinstance(body, dict) else None
    if not isinstance(found, dict):
        raise invalid_attribute(name)
    return found


def many(body: Any, name: str) -> list[Json]:
    """The list of objects of that name in a body. Raises `Refusal` without one."""
    found = body.get(name) if isinstance(body, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise invalid_attribute(name)
    return found


def one_of(given: Json, field: str, values: tuple[str, ...], faults: Faults) -> Any:
    """One of these words in any case, or null."""
    value = given[field]
    word = value.lower() if isinstance(value, str) else value
    if word is not None and word != "" and word not in values:
        faults.add(field, f"{field.capitalize()}: {value} is not valid")
    return word or None


def text(given: Json, field: str, faults: Faults, most: int = 65_535) -> Any:
    """A text, or null; numbers are taken as texts."""
    value = given[field]
    if value is None:
        return None
    if isinstance(value, bool | dict | list):
        faults.add(field, f"{field.capitalize()}: is not valid")
    if len(str(value)) > most:
        faults.add(field, f"{field.capitalize()}: is too long (maximum is {most} characters)", "ValueTooLong")
    return str(value)


def tags(value: Any) -> list[str]:
    """Tags as Zendesk keeps them: each once, lower case, in order; one text may hold several."""
    listed = value.split() if isinstance(value, str) else value if isinstance(value, list) else []
    return sorted({word for one in listed for word in str(one).lower().replace(",", " ").split()})


def organization_fields(before: Json, value: Any, faults: Faults) -> Json:
    """The fields with those that are set; a date is kept as the midnight it begins with."""
    if not isinstance(value, dict):
        faults.add("organization_fields", "Organization fields: is not valid")
        return before
    found = {key: one for key, one in value.items() if key in FIELDS}
    return before | {
        key: _date(key, one, faults) if key in DATES else _plain(one) for key, one in found.items()
    }


def _plain(value: Any) -> Any:
    return None if value in (None, "") else str(value)


def _date(key: str, value: Any, faults: Faults) -> str | None:
    if value in (None, ""):
        return None
    try:
        day = date.fromisoformat(str(value)[:10])
        datetime.fromisoformat(str(value))
    except ValueError:
        faults.add(key, f"{key}: {value} is not a date")
        return None
    return datetime.combine(day, time(), UTC).isoformat()
