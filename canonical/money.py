"""How do we count money?"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Self

from msgspec import Meta, Struct

# ISO 4217 list one (2026-01-01): the currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(),
        0,
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}

Currency = Annotated[
    str,
    Meta(pattern="^[A-Z]{3}$", min_length=3, max_length=3, description="ISO 4217 code.", examples=["EUR"]),
]


def exponent(currency: str) -> int:
    """How many decimal places the currency's minor unit stands for (ISO 4217): JPY 0, EUR 2, KWD 3."""
    return _EXPONENTS.get(currency, 2)


class Money(Struct, frozen=True, kw_only=True):
    """An amount as an integer of the currency's minor unit (ISO 4217); never a float."""

    minor: Annotated[
        int,
        Meta(ge=-(10**15), le=10**15, description="Amount in minor units.", examples=[129900]),
    ]
    currency: Currency

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> Self:
        """Major units become minor units. Raises ValueError when the scale is finer than the currency's."""
        scaled = Decimal(amount).scaleb(exponent(currency))
        if scaled != (whole := scaled.to_integral_value()):
            raise ValueError(f"{amount} has more decimal places than {currency} knows")
        return cls(minor=int(whole), currency=currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __add__(self, other: "Money") -> "Money":
        return Money(minor=self.minor + self._same(other), currency=self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(minor=self.minor - self._same(other), currency=self.currency)

    def __neg__(self) -> "Money":
        return Money(minor=-self.minor, currency=self.currency)

    def times(self, count: int) -> "Money":
        return Money(minor=self.minor * count, currency=self.currency)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")
        return other.minor


def totals(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One sum per currency, in the order of the currency codes."""
    sums: dict[str, int] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, 0) + amount.minor
    return tuple(Money(minor=minor, currency=currency) for currency, minor in sorted(sums.items()))
