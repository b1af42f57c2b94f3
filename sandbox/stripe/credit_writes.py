"""How is an invoice credited, and how does money go back?

(docs.stripe.com/invoicing/integration/programmatic-credit-notes, docs.stripe.com/refunds)
"""

from typing import Any

from sandbox.finances import CreditedLine
from sandbox.stripe import requests
from sandbox.stripe.billing import settle, shown, told
from sandbox.stripe.customer_writes import metadata
from sandbox.stripe.desk import Desk
from sandbox.stripe.errors import Refusal, missing, missing_parameter, wrong_state
from sandbox.stripe.ids import stripe_id
from sandbox.world import CreditNote, Invoice, Payment, Refund

Json = dict[str, Any]


def credit(desk: Desk, sent: requests.NewCreditNote, _: str) -> Json:
    """Of an open invoice it takes off what is to pay; of a paid one it says how the money goes back."""
    invoice = desk.world.invoices[desk.number("invoice", sent.invoice, "invoice", status=400)]
    lines = _credited(desk, invoice, sent)
    tax = sum(line.tax for line in lines)
    amount = tax + sum(line.amount for line in lines)
    back = sent.refund_amount + sent.credit_amount + sent.out_of_band_amount
    if invoice.status not in ("open", "paid"):
        raise wrong_state(
            f"You can only create a credit note for an open or paid invoice, not a {invoice.status} one."
        )
    issued = [one for one in notes_of(desk, invoice) if one.voided is None]
    left = invoice.total - sum(one.amount for one in issued)
    if amount > left:
        raise Refusal(
            400,
            f"The credit note ({amount}) exceeds what is left to be credited of the invoice ({left}).",
            param="amount",
        )
    unpaid = min(amount, invoice.to_pay) if invoice.status == "open" else 0
    if back != amount - unpaid:
        raise Refusal(
            400,
            "The sum of refund_amount, credit_amount and out_of_band_amount must equal the post payment"
            f" amount ({amount - unpaid}).",
            param="refund_amount",
        )
    payment = _paid_by(desk, invoice, sent.refund_amount) if sent.refund_amount else None
    refund = give_back(desk, payment, sent.refund_amount, None) if payment else None
    number = desk.practice.next_number("credit_notes")
    note = CreditNote(
        number=number,
        reference=f"{invoice.reference}-CN-{len(notes_of(desk, invoice)) + 1:02d}",
        account=invoice.account,
        invoice=invoice.number,
        amount=amount,
        tax=tax,
        unpaid=unpaid,
        refund=refund.number if refund else None,
        to_balance=sent.credit_amount,
        elsewhere=sent.out_of_band_amount,
        reason=sent.reason,
        memo=sent.memo,
        created=desk.now,
        lines=lines,
    )
    desk.world.credit_notes[number] = note
    return _issued(desk, invoice, note, sent)


def _issued(desk: Desk, invoice: Invoice, note: CreditNote, sent: requests.NewCreditNote) -> Json:
    before, id = shown(desk, invoice), stripe_id("credit_note", note.number)
    invoice.credited += note.unpaid
    desk.say(id, metadata(sent.metadata, {}))
    desk.changed(credit_notes=[note.number], invoices=[invoice.number])
    desk.tell("credit_note", id, "credit_note.created")
    told(desk, invoice, "invoice.updated", before=before)
    if invoice.status == "open" and invoice.to_pay == 0:
        settle(desk, invoice)
    return desk.find("credit_note", id)


def _credited(desk: Desk, invoice: Invoice, sent: requests.NewCreditNote) -> list[CreditedLine]:
    """The lines of a credit with their tax: of an amount that holds its tax, or of lines without theirs."""
    if sent.amount is not None:
        tax = share(sent.amount, invoice.tax, invoice.total)
        return [CreditedLine(None, sent.amount - tax, tax, description=sent.memo)]
    if not sent.lines:
        raise missing_parameter("amount")
    return [_line(desk, invoice, line, f"lines[{place}]") for place, line in enumerate(sent.lines)]


def _line(desk: Desk, invoice: Invoice, sent: requests.CreditedLine, param: str) -> CreditedLine:
    if sent.type == "custom_line_item":
        if sent.unit_amount is None:
            raise missing_parameter(f"{param}[unit_amount]")
        quantity = sent.quantity or 1
        net = quantity * sent.unit_amount
        return CreditedLine(None, net, share(net, invoice.tax, invoice.subtotal), quantity, sent.description)
    lines = shown(desk, invoice)["lines"]["data"]
    place = next((n for n, one in enumerate(lines) if one["id"] == sent.invoice_line_item), None)
    if place is None:
        raise missing("invoice line item", sent.invoice_line_item or "", f"{param}[invoice_line_item]", 400)
    line = lines[place]
    quantity = sent.quantity or line["quantity"]
    net = line["amount"] * quantity // line["quantity"] if sent.amount is None else sent.amount
    return CreditedLine(
        place,
        net,
        share(net, invoice.tax, invoice.subtotal),
        quantity if sent.amount is None else None,
        sent.description or line["description"],
    )


def share(part: int, tax: int, whole: int) -> int:
    """The tax of a part, half up."""
    return (2 * part * tax + whole) // (2 * whole) if whole else 0


def void(desk: Desk, _: requests.Plain, id: str) -> Json:
    """Only while the invoice is open: what it took off is owed again."""
    note = desk.world.credit_notes[desk.number("credit_note", id)]
    invoice = desk.world.invoices[note.invoice]
    if note.voided is not None or invoice.status != "open":
        raise wrong_state("You can only void an issued credit note of an open invoice.")
    before = shown(desk, invoice)
    note.voided = desk.now
    invoice.credited -= note.unpaid
    desk.changed(credit_notes=[note.number], invoices=[invoice.number])
    desk.tell("credit_note", id, "credit_note.voided")
    told(desk, invoice, "invoice.updated", before=before)
    return desk.find("credit_note", id)


def change_note(desk: Desk, sent: requests.NoteChange, id: str) -> Json:
    note = desk.world.credit_notes[desk.number("credit_note", id)]
    before = desk.find("credit_note", id)
    note.memo = note.memo if sent.memo is None else sent.memo or None
    desk.say(id, metadata(sent.metadata, before))
    desk.changed(credit_notes=[note.number])
    desk.tell("credit_note", id, "credit_note.updated", before=before)
    return desk.find("credit_note", id)


def refund(desk: Desk, sent: requests.NewRefund, _: str) -> Json:
    """All of a charge or a part of what is left of it."""
    if (sent.charge is None) == (sent.payment_intent is None):
        raise Refusal(
            400, "One of the following params should be provided for this request: payment_intent or charge."
        )
    if sent.charge is not None:
        number = desk.number("charge", sent.charge, "charge", status=400)
    else:
        number = desk.number("payment_intent", sent.payment_intent or "", "payment_intent", status=400)
    payment = desk.world.payments[number]
    left = refundable(desk, payment)
    charge = stripe_id("charge", number)
    if payment.status == "failed":
        raise wrong_state(
            f"Charge {charge} was not successful and cannot be refunded.", "charge_not_refundable"
        )
    if left == 0:
        raise wrong_state(f"Charge {charge} has already been refunded.", "charge_already_refunded")
    amount = left if sent.amount is None else sent.amount
    if amount > left:
        raise wrong_state(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount"
        )
    back = give_back(desk, payment, amount, sent.reason, metadata(sent.metadata, {}))
    return desk.find("refund", stripe_id("refund", back.number))


def give_back(
    desk: Desk, payment: Payment, amount: int, reason: str | None, said: Json | None = None
) -> Refund:
    charge = stripe_id("charge", payment.number)
    before = desk.find("charge", charge)
    number = desk.practice.next_number("refunds")
    back = Refund(number, payment.account, payment.number, amount, payment.currency, reason, desk.now)
    desk.world.refunds[number] = back
    desk.say(stripe_id("refund", number), said or {})
    desk.changed(refunds=[number], payments=[payment.number])
    desk.tell("refund", stripe_id("refund", number), "refund.created")
    desk.tell("charge", charge, "charge.refunded", "charge.updated", before=before)
    return back


def refundable(desk: Desk, payment: Payment) -> int:
    """What did not go back yet, by a refund or to the customer's bank."""
    if payment.status == "refunded":
        return 0
    id = stripe_id("charge", payment.number)
    back = sum(one["amount"] for one in desk.books.of("refund", "charge", id))
    taken = any(one["status"] != "won" for one in desk.books.of("dispute", "charge", id))
    return 0 if taken else payment.amount - back


def _paid_by(desk: Desk, invoice: Invoice, amount: int) -> Payment:
    """The charge that paid an invoice, of which so much can go back."""
    for one in desk.books.of("invoice_payment", "invoice", stripe_id("invoice", invoice.number)):
        payment = desk.world.payments[desk.books.numbers[one["payment"]["payment_intent"]]]
        if one["status"] == "paid" and refundable(desk, payment) >= amount:
            return payment
    raise Refusal(400, "No payment of this invoice can be refunded by that amount.", param="refund_amount")


def notes_of(desk: Desk, invoice: Invoice) -> list[CreditNote]:
    found = desk.books.of("credit_note", "invoice", stripe_id("invoice", invoice.number))
    return [desk.world.credit_notes[desk.books.numbers[one["id"]]] for one in found]
