"""Which id does each object of Stripe have?

Most come from the formulas all practice platforms share, kept because one rendering asks for fifty thousand.
What only Stripe names is built from the words it is about.
"""

from functools import cache

from sandbox import ids

stripe_id = cache(ids.stripe_id)


def feature_id(name: str) -> str:
    return f"feat_{name}"


def entitlement_id(customer: str, feature: str) -> str:
    return f"ent_{customer.removeprefix('cus_')}_{feature}"


def tax_rate_id(currency: str) -> str:
    """One rate per selling entity, which is one per currency."""
    return f"txr_{currency.lower()}"


def balance_transaction_id(source: str) -> str:
    """The movement that a charge, refund, dispute or payout brought."""
    return f"txn_{source.partition('_')[2]}"
