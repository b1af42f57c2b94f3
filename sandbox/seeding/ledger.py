"""How did the ERP book what billing finalised?"""

from sandbox.world import Invoice, Posting, Receivable, World

# The chart of accounts, by number.
RECEIVABLE, DEFERRED_REVENUE, SALES_TAX = "1100", "2400", "2200"
_OWED = ("open", "uncollectible")


def post_all(world: World) -> None:
    """A receivable and a balanced journal entry for each finalised invoice, in its own month."""
    for invoice in world.invoices.values():
        if invoice.finalized:
            _post(world, invoice)


def owed(invoice: Invoice) -> int:
    """What is still open of it: all while open, and until it is written off; nothing once paid or void."""
    return invoice.total if invoice.status in _OWED else 0


def _post(world: World, invoice: Invoice) -> None:
    assert invoice.finalized
    assert invoice.due
    number = len(world.receivables) + 1
    day = invoice.finalized.date()
    receivable = Receivable(
        number=number,
        reference=f"INV{10_000 + number}",
        account=invoice.account,
        invoice=invoice.number,
        entity=world.accounts[invoice.account].entity,
        currency=invoice.currency,
        total=invoice.total,
        open_amount=owed(invoice),
        posted_on=day,
        due_on=invoice.due.date(),
        period=day.strftime("%Y-%m"),
        changed=invoice.paid or invoice.finalized,
    )
    world.receivables[number] = receivable
    world.postings[number] = Posting(
        number=number,
        receivable=number,
        entity=receivable.entity,
        currency=receivable.currency,
        posted_on=day,
        period=receivable.period,
        lines=journal_lines(receivable.total, invoice.tax),
    )


def journal_lines(total: int, tax: int) -> list[tuple[str, int, int]]:
    """What the customer owes on one side; what was earned or is the tax office's on the other."""
    taxed = [(SALES_TAX, 0, tax)] if tax else []
    return [(RECEIVABLE, total, 0), (DEFERRED_REVENUE, 0, total - tax), *taxed]
