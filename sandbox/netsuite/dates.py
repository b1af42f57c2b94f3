"""How does a date stand in a SuiteQL answer?

Oracle dates carry a time of day. Inside the practice database one is the text `@YYYY-MM-DDTHH:MM:SS` in UTC:
it sorts as it should, and the mark tells it from a text that merely looks like a date. An answer shows it in
the account's format, `M/D/YYYY` here, unless the query formats it (Oracle, "SuiteQL Date Formats").
The practice account's time zone is UTC.
"""

import re
from datetime import UTC, date, datetime
from typing import Final

ACCOUNT_FORMAT: Final = "MM/DD/YYYY"
_STORED: Final = "@%Y-%m-%dT%H:%M:%S"
_IS_STORED: Final = re.compile(r"@\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
# Oracle's format elements that we take, longest first; text in double quotes stands for itself.
_ELEMENTS: Final = {
    "YYYY": "%Y",
    "MONTH": "%B",
    "MON": "%b",
    "MM": "%m",
    "DD": "%d",
    "HH24": "%H",
    "HH12": "%I",
    "HH": "%I",
    "MI": "%M",
    "SS": "%S",
    "AM": "%p",
    "PM": "%p",
    "YY": "%y",
}
_TOKEN: Final = re.compile(r'"([^"]*)"|(' + "|".join(_ELEMENTS) + r")|([-/:., ])|(.)", re.IGNORECASE)


class BadFormat(ValueError):
    """A date format, or a text that does not keep to one."""


def stored(day: date) -> str:
    """A day or a moment as the practice database holds it."""
    if isinstance(day, datetime):
        return "@" + day.astimezone(UTC).isoformat()[: len("YYYY-MM-DDTHH:MM:SS")]
    return f"@{day.isoformat()}T00:00:00"


def is_stored(value: object) -> bool:
    """Whether a value of the practice database is a date."""
    return isinstance(value, str) and _IS_STORED.fullmatch(value) is not None


def shown(value: str) -> str:
    """A stored date as an answer shows it: the account's format, without leading zeros."""
    moment = _read(value)
    return f"{moment.month}/{moment.day}/{moment.year}"


def to_char(value: object, form: str | None = None) -> str | None:
    """Oracle's TO_CHAR: a date in a format, anything else as its text."""
    if value is None:
        return None
    if not isinstance(value, str) or not is_stored(value):
        return str(value)
    return _read(value).strftime(_python_format(form)) if form else shown(value)


def to_date(text: str | None, form: str | None = None) -> str | None:
    """Oracle's TO_DATE and TO_TIMESTAMP; without a format, the account's."""
    if text is None or is_stored(text):
        return text
    try:
        return stored(datetime.strptime(text, _python_format(form or ACCOUNT_FORMAT)).replace(tzinfo=UTC))
    except ValueError as error:
        raise BadFormat(f"{text} is not a date in the format {form or ACCOUNT_FORMAT}") from error


def _read(value: str) -> datetime:
    return datetime.strptime(value, _STORED).replace(tzinfo=UTC)


def _python_format(form: str) -> str:
    parts = []
    for quoted, element, mark, unknown in _TOKEN.findall(form):
        if unknown:
            raise BadFormat(f"{form} is not a date format")
        parts.append(_ELEMENTS[element.upper()] if element else (quoted + mark).replace("%", "%%"))
    return "".join(parts)
