"""How do opportunities, their lines and contracts read?"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from sandbox.ids import salesforce_id
from sandbox.salesforce.catalogue import STANDARD_PRICEBOOK, product_ids
from sandbox.salesforce.customers import address, known
from sandbox.salesforce.row import INTEGRATION_USER, Row, a_row
from sandbox.salesforce.staff import owners
from sandbox.salesforce.wording import amount, day, moment
from sandbox.world import Contract, Line, Opportunity, Price, World


@dataclass(frozen=True)
class Stage:
    """What a stage says about a deal. `probability` is in percent."""

    probability: float
    forecast: str = "Pipeline"
    closed: bool = False
    won: bool = False


# The stages of a new org, as Salesforce ships them.
STAGES: Final = {
    "Prospecting": Stage(10.0),
    "Qualification": Stage(10.0),
    "Needs Analysis": Stage(20.0),
    "Value Proposition": Stage(50.0),
    "Id. Decision Makers": Stage(60.0),
    "Perception Analysis": Stage(70.0),
    "Proposal/Price Quote": Stage(75.0),
    "Negotiation/Review": Stage(90.0),
    "Closed Won": Stage(100.0, "Closed", closed=True, won=True),
    "Closed Lost": Stage(0.0, "Omitted", closed=True),
}


def opportunities(world: World) -> list[Row]:
    """The deals of the accounts the CRM knows."""
    return [_opportunity(world, deal) for deal in _deals(world)]


def lines(world: World) -> list[Row]:
    """Their lines, in the order of the deal."""
    ids = product_ids(world)
    return [
        _line(world, deal, line, place, ids[line.sku])
        for deal in _deals(world)
        for place, line in enumerate(deal.lines, start=1)
    ]


def contracts(world: World) -> list[Row]:
    """What those accounts signed."""
    found = known(world)
    return [_contract(world, one) for one in world.contracts.values() if one.account in found]


def _deals(world: World) -> list[Opportunity]:
    found = known(world)
    return [deal for deal in world.opportunities.values() if deal.account in found]


def _opportunity(world: World, deal: Opportunity) -> Row:
    stage = STAGES[deal.stage]
    total = sum(line.quantity * line.unit_amount for line in deal.lines)
    values = {
        "Name": deal.name,
        "AccountId": salesforce_id("Account", deal.account),
        "OwnerId": owners(world)[world.accounts[deal.account].owner],
        "ContractId": salesforce_id("Contract", deal.contract) if deal.contract in world.contracts else None,
        "Pricebook2Id": STANDARD_PRICEBOOK,
        "StageName": deal.stage,
        "IsClosed": deal.closed,
        "IsWon": deal.won,
        "Probability": stage.probability,
        "ForecastCategory": stage.forecast,
        "ForecastCategoryName": stage.forecast,
        "Amount": amount(total, deal.currency),
        "CurrencyIsoCode": deal.currency,
        "CloseDate": day(deal.close_date),
        "HasOpportunityLineItem": bool(deal.lines),
        **fiscal(deal.close_date),
    }
    return a_row("Opportunity", deal.number, deal.created, deal.changed, **values)


def fiscal(closing: date) -> Row:
    """The fiscal year and quarter of a close date; the year of the org is the calendar's."""
    quarter = (closing.month + 2) // 3
    return {
        "FiscalYear": closing.year,
        "FiscalQuarter": quarter,
        "Fiscal": f"{closing.year} {quarter}",
    }


def _line(world: World, deal: Opportunity, line: Line, place: int, product: str) -> Row:
    price = _list_price(world, deal, line)
    values = {
        "OpportunityId": salesforce_id("Opportunity", deal.number),
        "Product2Id": product,
        "ProductCode": line.sku,
        "PricebookEntryId": salesforce_id("PricebookEntry", price.number) if price else None,
        "Name": f"{deal.name} {world.products[line.sku].name}",
        "SortOrder": place,
        "Quantity": float(line.quantity),
        "UnitPrice": amount(line.unit_amount, deal.currency),
        "TotalPrice": amount(line.quantity * line.unit_amount, deal.currency),
        "ListPrice": amount(price.unit_amount, deal.currency) if price else None,
        "CurrencyIsoCode": deal.currency,
    }
    return a_row("OpportunityLineItem", line.number, deal.created, deal.changed, **values)


def _list_price(world: World, deal: Opportunity, line: Line) -> Price | None:
    """The list price behind a line: of its product and currency, the interval nearest to what is asked."""
    own = [one for one in world.prices.values() if (one.sku, one.currency) == (line.sku, deal.currency)]
    return min(own, key=lambda price: abs(price.unit_amount - line.unit_amount), default=None)


def _contract(world: World, contract: Contract) -> Row:
    account = world.accounts[contract.account]
    signed = datetime.combine(contract.signed_on, time(), UTC)
    active = contract.status != "Draft"
    values = {
        "AccountId": salesforce_id("Account", contract.account),
        "OwnerId": owners(world)[account.owner],
        "Pricebook2Id": STANDARD_PRICEBOOK,
        "ContractNumber": contract.reference,
        "Status": contract.status,
        "StatusCode": contract.status,
        "Legal_Entity__c": contract.entity,
        "CurrencyIsoCode": world.entities[contract.entity].currency,
        "StartDate": day(contract.start),
        "EndDate": day(contract.end),
        "ContractTerm": contract.term_months,
        "CustomerSignedDate": day(contract.signed_on),
        "CompanySignedDate": day(contract.signed_on),
        "ActivatedDate": moment(signed) if active else None,
        "ActivatedById": INTEGRATION_USER if active else None,
    }
    places = address("Billing", account) | address("Shipping", account)
    return a_row("Contract", contract.number, signed, contract.changed, **values, **places)
