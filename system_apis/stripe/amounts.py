"""How does Stripe count money? (docs.stripe.com/currencies)

In the minor unit of ISO 4217, but for three currencies: the krona and the Ugandan shilling have lost
their hundredths everywhere but here, and the ariary's fifths are not counted.
"""

from decimal import Decimal
from typing import Final

from canonical.money import Money, exponent

_PLACES: Final = {"ISK": 2, "UGX": 2, "MGA": 0}


def to_money(amount: int | Decimal, currency: str) -> Money:
    """An amount of the API. Raises `ValueError` when it has parts smaller than the currency's."""
    code = currency.upper()
    places = _PLACES.get(code, exponent(code))
    return Money.of(Decimal(amount).scaleb(-places), code)


def to_rounded(amount: Decimal, currency: str) -> Money:
    """The same for a price of one piece, which may be finer than any money is."""
    code = currency.upper()
    places = _PLACES.get(code, exponent(code))
    return Money.of(round(amount.scaleb(-places), exponent(code)), code)
