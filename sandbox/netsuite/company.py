"""What has the company set up before its first customer?

Subsidiaries, currencies, items, terms, periods and accounts: records of their own, and what every
other record points to.
"""

from datetime import date
from typing import Final

from sandbox.ids import netsuite_id
from sandbox.netsuite.money import CURRENCIES, amount
from sandbox.netsuite.shapes import Choice, Field, Line, Record, Reference
from sandbox.world import Entity, Period, Posting, Product, World

# What a country is called, where it is not called by its code here (ISO 3166-1 alpha-2).
COUNTRIES: Final = {
    "AT": "Austria",
    "DE": "Germany",
    "FR": "France",
    "GB": "United Kingdom",
    "JP": "Japan",
    "US": "United States",
}
# The practice company's chart of accounts: type and name by number.
BANK, UNDEPOSITED_FUNDS, RECEIVABLE = "1000", "1050", "1100"
SALES_TAX, DEFERRED_REVENUE, REVENUE = "2200", "2400", "4000"
CHART: Final = {
    BANK: ("Bank", "Checking"),
    UNDEPOSITED_FUNDS: ("OthCurrAsset", "Undeposited Funds"),
    RECEIVABLE: ("AcctRec", "Accounts Receivable"),
    SALES_TAX: ("OthCurrLiab", "Sales Taxes Payable"),
    DEFERRED_REVENUE: ("DeferRevenue", "Deferred Revenue"),
    REVENUE: ("Income", "Subscription Revenue"),
    "6100": ("Expense", "Payment Processing Fees"),
    "6200": ("Expense", "Bad Debt"),
    "6300": ("Expense", "Chargebacks"),
}


class Company:
    """The set-up records by type, and pointers to them by what the world calls them."""

    def __init__(self, world: World) -> None:
        self.currencies = {symbol: _currency(symbol) for symbol in CURRENCIES}
        self.subsidiaries = {code: _subsidiary(entity) for code, entity in world.entities.items()}
        self.items = {
            sku: _item(number, product)
            for number, (sku, product) in enumerate(world.products.items(), start=1)
        }
        self.terms = {
            days: _term(days) for days in sorted({a.payment_terms_days for a in world.accounts.values()})
        }
        self.periods = _periods(list(world.periods.values()))
        self.accounts = _accounts(list(world.postings.values()))

    def subsidiary(self, code: str) -> Reference:
        """The subsidiary that a legal entity is."""
        return _pointer(self.subsidiaries[code], "name")

    def currency(self, symbol: str) -> Reference:
        """A currency by its ISO code."""
        return _pointer(self.currencies[symbol], "name")

    def item(self, sku: str) -> Reference:
        """The sale item that a product is."""
        return _pointer(self.items[sku], "itemId")

    def term(self, days: int) -> Reference:
        """The payment terms of so many days."""
        return _pointer(self.terms[days], "name")

    def account(self, number: str) -> Reference:
        """An account of the ledger by its number."""
        return _pointer(self.accounts[number], "acctName")

    def period(self, name: str) -> Reference | None:
        """The posting period of a month such as `2026-09`, if it was opened."""
        period = self.periods.get(name)
        return None if period is None else _pointer(period, "periodName")


def _pointer(record: Record, name: str) -> Reference:
    return record.reference(str(record.fields[name]))


def _currency(symbol: str) -> Record:
    currency = CURRENCIES[symbol]
    fields: dict[str, Field] = {
        "name": currency.name,
        "symbol": symbol,
        "currencyPrecision": currency.precision,
        "exchangeRate": amount(100, "USD"),
        "isBaseCurrency": symbol == "USD",
        "isInactive": False,
    }
    return Record("currency", currency.id, fields)


def _subsidiary(entity: Entity) -> Record:
    currency = CURRENCIES[entity.currency]
    country = Choice(entity.country, COUNTRIES.get(entity.country, entity.country))
    registration: Line = {"nexusCountry": country, "taxRegistrationNumber": entity.tax_registration}
    return Record(
        "subsidiary",
        netsuite_id("subsidiary", entity.number),
        {
            "externalId": entity.code,
            "name": entity.name,
            "fullName": entity.name,
            "legalName": entity.name,
            "country": country,
            "currency": Reference("currency", currency.id, currency.name),
            "isElimination": False,
            "isInactive": False,
        },
        {"taxRegistration": [registration]},
    )


def _item(number: int, product: Product) -> Record:
    fields: dict[str, Field] = {
        "externalId": product.sku,
        "itemId": product.sku,
        "displayName": product.name,
        "itemType": Choice("Service", "Service"),
        "taxSchedule": Reference("taxSchedule", 1, product.tax_category),
        "revenueRecognitionRule": Reference("revenueRecognitionRule", 1, product.revenue_rule),
        "isInactive": False,
    }
    return Record("serviceSaleItem", netsuite_id("serviceSaleItem", number), fields)


def _term(days: int) -> Record:
    fields: dict[str, Field] = {
        "name": f"Net {days}" if days else "Due on receipt",
        "daysUntilNetDue": days,
        "isInactive": False,
    }
    return Record("term", days + 1, fields)


def _periods(periods: list[Period]) -> dict[str, Record]:
    """One period per month: an account has one calendar, and a month is closed when every subsidiary has."""
    months: dict[str, list[Period]] = {}
    for period in periods:
        months.setdefault(period.name, []).append(period)
    return {name: _period(month) for name, month in months.items()}


def _period(month: list[Period]) -> Record:
    first = min(month, key=lambda period: period.number)
    closed = all(period.closed for period in month)
    fields: dict[str, Field] = {
        "periodName": month_name(first.start),
        "startDate": first.start,
        "endDate": first.end,
        "closed": closed,
        "allLocked": closed,
        "arLocked": closed,
        "isQuarter": False,
        "isYear": False,
        "isAdjust": False,
        "isInactive": False,
    }
    return Record("accountingPeriod", netsuite_id("accountingPeriod", first.number), fields)


def month_name(day: date) -> str:
    """A month as a period is named in an English account: `Sep 2026`."""
    return day.strftime("%b %Y")


def _accounts(postings: list[Posting]) -> dict[str, Record]:
    numbers = sorted(CHART.keys() | {number for posting in postings for number, _, _ in posting.lines})
    return {number: _account(place, number) for place, number in enumerate(numbers, start=1)}


def _account(place: int, number: str) -> Record:
    kind, name = CHART.get(number, ("OthExpense", f"Account {number}"))
    fields: dict[str, Field] = {
        "acctNumber": number,
        "acctName": name,
        "acctType": Choice(kind, name),
        "isInactive": False,
    }
    return Record("account", netsuite_id("account", place), fields)
