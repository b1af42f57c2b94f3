"""What does a test post in an ERP?"""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from canonical.money import Money
from canonical.projections import ErpCreditNote, ErpCustomer, ErpInvoice, ErpPayment, ErpPayout, ErpRefund
from canonical.sales import Line
from tests.ports.town import Standing

TODAY = datetime.now(UTC).date()
_numbers = count(1)


class Books(NamedTuple):
    """A customer of a company of ours, and a number that nothing else has."""

    customer: str
    entity: str
    currency: str
    sku: str
    number: int

    def money(self, minor: int) -> Money:
        return Money(minor=minor, currency=self.currency)

    def line(self, minor: int, quantity: int = 1, sku: str | None = None) -> Line:
        each = self.money(minor)
        sku = sku or self.sku
        return Line(
            sku=sku, description="A year", quantity=quantity, unit_price=each, amount=each.times(quantity)
        )

    def invoice(self, *lines: Line, tax: int = 0, **said: Any) -> ErpInvoice:
        lines = lines or (self.line(1000, 2),)
        total = sum((line.amount.minor for line in lines), tax)
        facts: dict[str, Any] = {
            "invoice": f"in_{self.number}",
            "customer": self.customer,
            "legal_entity": self.entity,
            "number": f"A-{self.number}",
            "lines": lines,
            "total": self.money(total),
            "tax": self.money(tax),
            "posted_on": TODAY,
            "due_on": TODAY + timedelta(days=30),
        }
        return ErpInvoice(**{**facts, **said})

    def credit_note(self, minor: int, **said: Any) -> ErpCreditNote:
        facts: dict[str, Any] = {
            "credit_note": f"cn_{self.number}",
            "invoice": f"in_{self.number}",
            "customer": self.customer,
            "legal_entity": self.entity,
            "number": f"A-{self.number}-CN",
            "lines": (self.line(minor),),
            "total": self.money(minor),
            "tax": self.money(0),
            "posted_on": TODAY,
        }
        return ErpCreditNote(**{**facts, **said})

    def payment(self, minor: int, **said: Any) -> ErpPayment:
        facts: dict[str, Any] = {
            "payment": f"inpay_{self.number}",
            "invoice": f"in_{self.number}",
            "customer": self.customer,
            "legal_entity": self.entity,
            "amount": self.money(minor),
            "posted_on": TODAY,
        }
        return ErpPayment(**{**facts, **said})

    def refund(self, minor: int, **said: Any) -> ErpRefund:
        facts: dict[str, Any] = {
            "refund": f"re_{self.number}",
            "payment": f"pi_{self.number}",
            "credit_note": None,
            "customer": self.customer,
            "legal_entity": self.entity,
            "amount": self.money(minor),
            "posted_on": TODAY,
        }
        return ErpRefund(**{**facts, **said})

    def payout(self, gross: int, fees: int, **said: Any) -> ErpPayout:
        facts: dict[str, Any] = {
            "payout": f"po_{self.number}",
            "legal_entity": self.entity,
            "gross": self.money(gross),
            "fees": self.money(fees),
            "net": self.money(gross - fees),
            "posted_on": TODAY,
        }
        return ErpPayout(**{**facts, **said})


async def books(shop: Standing, entity: str = "DE") -> Books:
    """A customer of this company of ours that nobody else in this suite has."""
    number = next(_numbers)
    currency = shop.world.entities[entity].currency
    customer = ErpCustomer(
        account=f"acc_shop{number}", legal_entity=entity, currency=currency, name=f"Shop {number}"
    )
    written = await shop.port.put_customer(customer, key=customer.account)
    return Books(written.ref.id, entity, currency, next(iter(shop.world.products)), number)
