"""What is wrong in the practice company, on purpose?

Each trouble has an account of its own: one without parent and children, unless it is about a parent.
"""

import random
from dataclasses import dataclass
from typing import Final

from sandbox.seeding import spoiling
from sandbox.seeding.billing import invoices_of
from sandbox.seeding.spoiling import Spoil
from sandbox.world import Account, Trouble, World


@dataclass(frozen=True)
class Recipe:
    """How one trouble is made and told. `of_parent`: to one with children; `tier`: to one that had it."""

    code: str
    spoil: Spoil
    story: str
    shows: str
    of_parent: bool = False
    tier: str | None = None


RECIPES: Final = (
    Recipe(
        "duplicate_customer",
        spoiling.twice_in("billing"),
        "The customer was entered a second time in billing, under the same key.",
        "Two Stripe customers carry one `metadata.gateway_id`; subscriptions and invoices are on the first.",
    ),
    Recipe(
        "duplicate_customer",
        spoiling.twice_in("crm"),
        "The customer was entered a second time in the CRM, before anyone gave it the key.",
        "A second Salesforce account with ` Inc` after the name and no `Global_Customer_Id__c`.",
    ),
    Recipe(
        "failed_payment",
        spoiling.fail_payment,
        "The card was declined twice for the newest invoice; a third try is planned in two days.",
        "The Stripe invoice is open with two attempts, the subscription `past_due`, the receivable open.",
    ),
    Recipe(
        "missing_erp_invoice",
        spoiling.lose_receivable,
        "A paid invoice never reached the ERP.",
        "A Stripe invoice that no NetSuite invoice has as its `externalId`; no journal entry either.",
    ),
    Recipe(
        "amount_differs",
        spoiling.book_one_more,
        "The ERP booked one invoice one minor unit too high.",
        "The NetSuite invoice's total is the Stripe invoice's and one cent (or one yen).",
    ),
    Recipe(
        "paused_subscription_tier_unchanged",
        spoiling.pause,
        "The subscription was paused, and nobody told support.",
        "The Stripe subscription is `paused`; the Zendesk organization's `support_tier` is still `gold`.",
        tier="gold",
    ),
    Recipe(
        "parent_renamed_in_crm_only",
        spoiling.rename,
        "A parent company was renamed in the CRM and nowhere else.",
        "The Salesforce name ends in ` Group`; Stripe, Zendesk and NetSuite have the old one.",
        of_parent=True,
    ),
    Recipe(
        "only_in_billing",
        spoiling.only_in_billing,
        "Bought by itself in billing; no other system knows the customer.",
        "A Stripe customer with subscription and invoices, and nothing in Salesforce, Zendesk, NetSuite.",
    ),
    Recipe(
        "only_in_crm",
        spoiling.only_in_crm,
        "A prospect that has not bought yet.",
        "A Salesforce account with an open opportunity, and nothing in Stripe, Zendesk, NetSuite.",
    ),
    Recipe(
        "only_in_support",
        spoiling.only_in_support,
        "Wrote to support; no other system knows who that is.",
        "A Zendesk organization with tickets, and nothing in Salesforce, Stripe, NetSuite.",
    ),
    Recipe(
        "unknown_parent",
        spoiling.lose_parent,
        "The CRM names a parent that no system has.",
        "The Salesforce `ParentId` leads to no account; the other systems have no parent.",
    ),
    Recipe(
        "billing_address_differs",
        spoiling.move,
        "The customer moved after the first order and told nobody but finance.",
        "The NetSuite address book has a new street; Salesforce and Stripe have the old one.",
    ),
)


def make_trouble(world: World) -> None:
    """Follow each recipe with an account that fits, never the same one twice, and write down which."""
    dice = random.Random(f"{world.seed}:troubles")
    parents = {account.parent for account in world.accounts.values() if account.parent}
    unspoilt = [account for account in world.accounts.values() if account.parent is None]
    for recipe in RECIPES:
        fitting = [
            account
            for account in unspoilt
            if (account.number in parents) == recipe.of_parent
            and recipe.tier in (None, account.tier)
            and _is_plain(world, account)
        ]
        account = dice.choice(fitting)
        unspoilt.remove(account)
        recipe.spoil(world, account)
        world.trouble.append(Trouble(recipe.code, account.number, recipe.story, recipe.shows))


def _is_plain(world: World, account: Account) -> bool:
    """Billed by the month under one active subscription, with an invoice that is paid, and with a case."""
    own = [one for one in world.subscriptions.values() if one.account == account.number]
    return (
        len(own) == 1
        and (own[0].status, own[0].interval, own[0].cancel_at_period_end) == ("active", "month", False)
        and any(invoice.status == "paid" for invoice in invoices_of(world, own[0].number)[:-1])
        and any(case.account == account.number for case in world.cases.values())
    )
