"""How does Salesforce write money, days, moments and ids?"""

from datetime import UTC, date, datetime
from typing import Final

from sandbox.ids import salesforce_18

# ISO 4217: currencies that have no minor unit; all others of the practice company have two digits.
WHOLE: Final = frozenset({"JPY", "KRW", "VND", "CLP"})


def amount(minor: int, currency: str) -> float | int:
    """Minor units as the JSON number of a currency field: 12345 USD is 123.45, 12345 JPY is 12345."""
    return minor if currency in WHOLE else minor / 100


def moment(at: datetime) -> str:
    """A UTC instant with milliseconds, such as `2026-03-01T09:30:00.000+0000`. Text order is time order."""
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"


def day(at: date) -> str:
    """A calendar day, such as `2026-03-01`."""
    return f"{at:%Y-%m-%d}"


def full_id(written: str) -> str:
    """The 18-character form of an id for looking it up, in lower case; other text stays what it is.

    15 characters are case-sensitive; the three more are there so that 18 are not.
    """
    return (salesforce_18(written) if len(written) == 15 else written).lower()
