"""How does the whole world read in Salesforce's words?

Pure: a world in, every object's rows out. Rows are shared by all readers and never changed.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from typing import Final

from sandbox.salesforce import catalogue, customers, deals, staff
from sandbox.salesforce.row import Row
from sandbox.salesforce.wording import full_id
from sandbox.world import World

RENDERED: Final[dict[str, Callable[[World], list[Row]]]] = {
    "Account": customers.accounts,
    "Contact": customers.contacts,
    "Opportunity": deals.opportunities,
    "OpportunityLineItem": deals.lines,
    "Contract": deals.contracts,
    "Product2": catalogue.products,
    "Pricebook2": catalogue.pricebooks,
    "PricebookEntry": catalogue.entries,
    "User": staff.users,
    "Organization": staff.organization,
}


class Org:
    """Every row of the org, found by object, by id and by what it points at."""

    def __init__(self, world: World) -> None:
        self.rows: dict[str, list[Row]] = {name: render(world) for name, render in RENDERED.items()}

    def row(self, kind: str, id: str) -> Row | None:
        """The row with this id of 15 or 18 characters, or none."""
        return self._by_id[kind].get(full_id(id))

    def pointing_at(self, kind: str, field: str, id: str) -> list[Row]:
        """The rows of an object whose reference `field` holds this id, in their own order."""
        if (kind, field) not in self._pointing:
            index: defaultdict[str, list[Row]] = defaultdict(list)
            for row in self.rows[kind]:
                index[row[field]].append(row)
            self._pointing[kind, field] = index
        return self._pointing[kind, field].get(id, [])

    @cached_property
    def _by_id(self) -> dict[str, dict[str, Row]]:
        return {name: {row["Id"].lower(): row for row in rows} for name, rows in self.rows.items()}

    @cached_property
    def _pointing(self) -> dict[tuple[str, str], dict[str, list[Row]]]:
        return {}
