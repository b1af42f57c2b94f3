"""How does the whole world read in Salesforce's words?

Pure: a world in, every object's rows out.
"""

from collections.abc import Callable
from typing import Final

from sandbox.salesforce import catalogue, customers, deals, staff
from sandbox.salesforce.row import Row
from sandbox.world import World

RENDERED: Final[dict[str, Callable[[World], list[Row]]]] = {
    "Account": customers.accounts,
    "Contact": customers.contacts,
    "Opportunity": deals.opportunities,
    "OpportunityLineItem": deals.lines,
    "Contract": deals.contracts,
    "Task": lambda world: [],
    "Product2": catalogue.products,
    "Pricebook2": catalogue.pricebooks,
    "PricebookEntry": catalogue.entries,
    "User": staff.users,
    "Organization": staff.organization,
}


def rendered(world: World) -> dict[str, list[Row]]:
    """The rows of every object as the facts say them."""
    return {name: render(world) for name, render in RENDERED.items()}
