"""How is a customer made known in a NetSuite account, and to which of our companies there?"""

from msgspec import UNSET

from canonical.projections import ErpCustomer
from system_apis.netsuite import shaping, suiteql
from system_apis.netsuite.books import Books
from system_apis.netsuite.lookups import Lookups
from system_apis.netsuite.putting import Putting
from system_apis.netsuite.shaping import Body
from system_apis.netsuite.suiteql import CUSTOMER_STANDING, RELATIONSHIPS
from system_apis.netsuite.wire import IdRow, Rows, StandingRow
from system_apis.writes import Written


class Customers:
    """Customers under our account ids."""

    def __init__(self, putting: Putting, books: Books, lookups: Lookups) -> None:
        self._putting = putting
        self._books = books
        self._lookups = lookups

    async def put(self, one: ErpCustomer) -> Written:
        """Make it known, or bring up to date what is set; its first company stays its primary one."""
        there = await self._standing(one.account)
        subsidiary = await self._lookups.subsidiary(one.legal_entity)
        references = await self._references(one, subsidiary if there is None else None)
        country = await self._lookups.country(subsidiary) if isinstance(one.tax_id, str) else None
        body = shaping.customer(one, references, country)
        put = await self._putting.put("customer", one.account, body)
        if there is not None and str(there.subsidiary) != subsidiary:
            await self._share(one, str(there.id), subsidiary)
        id = put or await self._lookups.customer(one.account)
        return self._putting.written("customer", id, created=there is None)

    async def _references(self, one: ErpCustomer, primary: str | None) -> Body:
        """What is pointed to among the fields that are set; `primary` is given once."""
        currency = shaping.ref(await self._lookups.currency(one.currency))
        found: Body = {"currencyList": shaping.listed({"currency": currency})}
        if primary is not None:
            found |= {"subsidiary": shaping.ref(primary), "currency": currency}
        if one.parent is not UNSET:
            parent = one.parent
            found["parent"] = shaping.ref(await self._lookups.customer(parent)) if parent else None
        if one.payment_terms_days is not UNSET:
            days = one.payment_terms_days
            found["terms"] = None if days is None else shaping.ref(await self._lookups.terms(days))
        return found

    async def _standing(self, account: str) -> StandingRow | None:
        asked = CUSTOMER_STANDING.where(f"c.externalid = {suiteql.text(account)}")
        seen = await self._books.page(asked, Rows[StandingRow], limit=1)
        return seen.rows[0] if seen.rows else None

    async def _share(self, one: ErpCustomer, id: str, subsidiary: str) -> None:
        """Let one more of our companies do business with it."""
        asked = RELATIONSHIPS.where(f"r.entity = {id}", f"r.subsidiary = {subsidiary}")
        if (await self._books.page(asked, Rows[IdRow], limit=1)).rows:
            return
        body = {"entity": shaping.ref(id), "subsidiary": shaping.ref(subsidiary)}
        name = f"{one.account}-{one.legal_entity}"
        await self._putting.put("customerSubsidiaryRelationship", name, body)
