"""How does NetSuite write an amount? (a decimal in the transaction's currency)"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency as a NetSuite account lists it: its internal id, name and number of decimals (ISO 4217)."""

    id: int
    symbol: str
    name: str
    precision: int


# A new account starts with the first four under these ids; the rest are numbered as they are added.
CURRENCIES: Final = {
    currency.symbol: currency
    for currency in (
        Currency(1, "USD", "US Dollar", 2),
        Currency(2, "GBP", "British Pound", 2),
        Currency(3, "CAD", "Canadian Dollar", 2),
        Currency(4, "EUR", "Euro", 2),
        Currency(5, "JPY", "Japanese Yen", 0),
        Currency(6, "KWD", "Kuwaiti Dinar", 3),
        Currency(7, "CHF", "Swiss Franc", 2),
    )
}


def amount(minor: int, currency: str) -> Decimal:
    """An amount of minor units as the decimal NetSuite shows, such as 1050 USD as 10.50."""
    return Decimal(minor).scaleb(-CURRENCIES[currency].precision)
