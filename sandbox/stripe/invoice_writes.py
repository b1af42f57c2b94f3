"""How is an invoice finalised, paid, given up and voided by a caller?"""

from typing import Any

from sandbox.stripe import requests
from sandbox.stripe.billing import collect, customer_of, end, finalise, settle, shown, told
from sandbox.stripe.customer_writes import metadata
from sandbox.stripe.desk import Desk
from sandbox.stripe.errors import Refusal, wrong_state
from sandbox.world import Invoice

Json = dict[str, Any]


def update(desk: Desk, sent: requests.InvoiceChange, id: str) -> Json:
    """Its description and metadata; the amounts of an invoice come from its subscription."""
    invoice = found(desk, id)
    before = shown(desk, invoice)
    description = {} if sent.description is None else {"description": sent.description or None}
    desk.say(id, description | metadata(sent.metadata, before))
    desk.changed(invoices=[invoice.number])
    told(desk, invoice, "invoice.updated", before=before)
    return shown(desk, invoice)


def finalize(desk: Desk, sent: requests.Finalize, id: str) -> Json:
    invoice = found(desk, id)
    if invoice.status != "draft":
        raise wrong_state("This invoice is already finalized, you can't re-finalize a non-draft invoice.")
    finalise(desk, invoice, collecting=sent.auto_advance)
    return shown(desk, invoice)


def pay(desk: Desk, sent: requests.Pay, id: str) -> Json:
    """By the card on file, or `paid_out_of_band` without any charge. A draft is finalised first."""
    invoice = found(desk, id)
    if invoice.status == "paid":
        raise wrong_state("Invoice is already paid")
    if invoice.status == "void":
        raise wrong_state("This invoice is voided and can no longer be paid.")
    if invoice.status == "draft":
        finalise(desk, invoice, collecting=False)
    if sent.paid_out_of_band:
        invoice.by_hand = True
        settle(desk, invoice)
    elif invoice.to_pay and not collect(desk, invoice):
        raise declined(desk, invoice)
    return shown(desk, invoice)


def void(desk: Desk, _: requests.Plain, id: str) -> Json:
    invoice = found(desk, id)
    if invoice.status not in ("open", "uncollectible"):
        raise wrong_state(
            f"You can only pass in open or uncollectible invoices. This invoice is {invoice.status}."
        )
    end(desk, invoice, "void", "invoice.voided")
    return shown(desk, invoice)


def mark_uncollectible(desk: Desk, _: requests.Plain, id: str) -> Json:
    invoice = found(desk, id)
    if invoice.status != "open":
        raise wrong_state(f"You can only pass in open invoices. This invoice is {invoice.status}.")
    end(desk, invoice, "uncollectible", "invoice.marked_uncollectible")
    return shown(desk, invoice)


def found(desk: Desk, id: str) -> Invoice:
    return desk.world.invoices[desk.number("invoice", id)]


def declined(desk: Desk, invoice: Invoice) -> Refusal:
    """Stripe's 402 when the card says no, with the charge and the intent that failed."""
    last = next(iter(desk.books.of("charge", "customer", customer_of(desk, invoice)["id"])))
    return Refusal(
        402,
        "Your card was declined.",
        "card_declined",
        type="card_error",
        began=True,
        more={
            "charge": last["id"],
            "decline_code": last["outcome"]["reason"],
            "payment_intent": desk.find("payment_intent", last["payment_intent"]),
        },
    )
