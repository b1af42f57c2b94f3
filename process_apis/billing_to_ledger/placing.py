"""In whose books, and for which customer there, is a record of billing posted?"""

from typing import cast

from msgspec import UNSET

from canonical.billing import Payout
from canonical.caller import EVERYONE
from canonical.identity import ExternalRef, Kind
from canonical.projections import ErpCustomer
from process_apis import durable, links
from process_apis.billing_to_ledger.model import Place
from process_apis.errors import NoLegalEntity
from process_apis.links import LinkedAccount
from process_apis.systems import systems
from system_apis.connections import Connection
from system_apis.ports import Crm, Erp


@durable.step
async def place(customer: ExternalRef, currency: str) -> Place:
    """The books of the customer's legal entity, and the customer in them, made known if need be."""
    account = await links.account(await links.owner(customer), EVERYONE)
    if account.legal_entity is None:
        raise NoLegalEntity(account.id)
    erp = systems().of(Kind.ERP, account.legal_entity)
    known = next((one for one in account.of(Kind.ERP) if one.origin.ref.connection == erp.name), None)
    return Place(
        account=account.id,
        erp=erp.name,
        legal_entity=account.legal_entity,
        customer=known.origin.ref.id if known else await _made(account, erp, currency),
    )


@durable.step
async def place_of_payout(payout: Payout) -> Place:
    """The books of the legal entity whose bank was paid: the connection's, else the one of the currency."""
    entity = await _paid_entity(payout)
    return Place(account="", erp=systems().of(Kind.ERP, entity).name, legal_entity=entity, customer="")


async def _paid_entity(payout: Payout) -> str:
    served = systems().by_name(payout.origin.ref.connection).legal_entities
    if len(served) == 1:
        return served[0]
    for erp in systems().all(Kind.ERP):
        for entity in await cast("Erp", erp.port).legal_entities():
            if entity.base_currency == payout.net.currency and (not served or entity.code in served):
                return entity.code
    raise NoLegalEntity(f"payout {payout.origin.ref.id}")


async def _made(account: LinkedAccount, erp: Connection, currency: str) -> str:
    """The customer in the ERP, with what the CRM still owns of it until there is an order.

    One that is there and that we have not seen yet, as right after our first start, stays as it is: with the
    first order the ERP owns what would be written over.
    """
    port = cast("Erp", erp.port)
    if there := await port.account_records_by_key(account.id):
        await links.learn(there)
        return there[0].origin.ref.id
    written = await port.put_customer(await _customer(account, currency), key=account.id)
    await links.learn([await port.account_record(written.ref.id)])
    return written.ref.id


async def _customer(account: LinkedAccount, currency: str) -> ErpCustomer:
    entity = account.legal_entity or ""
    if not (records := account.of(Kind.CRM)):
        return ErpCustomer(account=account.id, legal_entity=entity, currency=currency, name=account.name)
    ref = records[0].origin.ref
    owner = await cast("Crm", systems().by_name(ref.connection).port).account(ref.id)
    return ErpCustomer(
        account=account.id,
        legal_entity=entity,
        currency=currency,
        name=account.name,
        billing_address=owner.billing_address,
        payment_terms_days=UNSET if owner.payment_terms_days is None else owner.payment_terms_days,
        tax_id=UNSET if owner.tax_id is None else owner.tax_id,
    )
