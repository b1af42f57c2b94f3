"""Does Stripe charge the card on file for an invoice, or does the customer pay it by its due date?"""

from sandbox.world import Invoice, Subscription


def charged_automatically(asked: Invoice, billed: Subscription) -> bool:
    """Whether Stripe charges the card on file (it then has retries and no due date) or the customer pays.

    A subscription made through the API says which. Of the others, whoever pays by the due date makes one
    attempt; one that failed before shows a card on file.
    """
    if billed.collection and asked.next_attempt is None:
        return billed.collection == "charge_automatically"
    by_hand = 1 if asked.status == "paid" else 0
    return asked.due is None or asked.next_attempt is not None or asked.attempts > by_hand
