"""Who are the customers, whose children are they, and who works there?"""

import random
import re
import unicodedata
from datetime import timedelta
from typing import Final, Literal

from sandbox.ids import salesforce_id, tieline_key
from sandbox.seeding import words
from sandbox.seeding.catalogue import NO_TIER
from sandbox.seeding.chance import Making, moment_between
from sandbox.world import Account, Person

Segment = Literal["enterprise", "mid_market", "small"]

# Children of each group, and how many children each child has: six groups are three deep.
GROUPS: Final = tuple([(2, 1), (3, 1), (2, 2)] * 2 + [(2, 0), (3, 0), (4, 0)] * 4 + [(2, 0)] * 2)
STANDALONE: Final = 110
LONG_CONTACTS: Final = 105
_TERMS: Final = {"enterprise": (45, 60), "mid_market": (30, 45), "small": (14, 30)}
_COUNTRY_DICE: Final = ("US", "US", "US", "US", "US", "DE", "DE", "DE", "JP", "JP")


class Customers:
    """Takes in accounts one after the other; `standing_alone` are those without parent and children."""

    def __init__(self, making: Making) -> None:
        self._world = making.world
        self._dice = making.dice("accounts")
        names = [f"{first} {second}" for first in words.FIRST_PARTS for second in words.SECOND_PARTS]
        self._names = self._dice.sample(names, len(names))
        # The night on which the CRM was filled from the one before it: many rows share this moment.
        self._moved_in = self._world.anchor - timedelta(days=200, hours=-2)
        self.standing_alone: list[Account] = []

    def take_in(self) -> None:
        """All groups, then all who stand alone."""
        for children, grandchildren in GROUPS:
            self._group(children, grandchildren)
        for place in range(STANDALONE):
            entity = self._dice.choice(_COUNTRY_DICE)
            segment: Segment = "mid_market" if place % 3 == 0 else "small"
            self.standing_alone.append(self._account(self._names.pop(), None, entity, segment))

    def _group(self, children: int, grandchildren: int) -> None:
        entity = self._dice.choice(_COUNTRY_DICE)
        root = self._account(self._names.pop(), None, entity, "enterprise")
        for branch in self._dice.sample(words.BRANCHES, children):
            # A branch abroad buys from the entity of its own country.
            abroad = self._dice.choice(_COUNTRY_DICE) if self._dice.random() < 0.4 else entity
            child = self._account(f"{root.name} {branch}", root, abroad, "mid_market")
            for site in self._dice.sample(words.SITES, grandchildren):
                self._account(f"{child.name} {site}", child, abroad, "small")

    def _account(self, name: str, parent: Account | None, entity: str, segment: Segment) -> Account:
        dice, anchor = self._dice, self._world.anchor
        number = len(self._world.accounts) + 1
        place = dice.choice(words.PLACES[entity])
        changed = moment_between(dice, anchor - timedelta(days=180), anchor - timedelta(days=2))
        account = Account(
            number=number,
            key=tieline_key("crm", "salesforce", salesforce_id("Account", number)),
            name=name,
            parent=parent.number if parent else None,
            entity=entity,
            domain=f"{_plain(name).replace(' ', '-')}.example",
            segment=segment,
            owner=parent.owner if parent else dice.choice(words.OWNERS),
            street=place.street.format(dice.randrange(1, 180)),
            city=place.city,
            postal_code=place.postal_code,
            country=place.country,
            tax_id=_tax_id(dice, place.country),
            payment_terms_days=dice.choice(_TERMS[segment]),
            tier=NO_TIER,
            created=anchor - timedelta(days=dice.randrange(1_100, 1_800), hours=dice.randrange(24)),
            changed=self._moved_in if dice.random() < 0.6 else changed,
        )
        self._world.accounts[number] = account
        return account


def hire(making: Making, crowded: Account) -> None:
    """Put people into every account, the first of them for billing, and `LONG_CONTACTS` into one."""
    dice = making.dice("people")
    for account in making.world.accounts.values():
        wanted = LONG_CONTACTS if account is crowded else dice.choice((1, 2, 2, 3))
        for place in range(wanted):
            _person(making, dice, account, place)


def _person(making: Making, dice: random.Random, account: Account, place: int) -> None:
    number = len(making.world.people) + 1
    first = dice.choice(words.GIVEN_NAMES[account.entity])
    last = dice.choice(words.FAMILY_NAMES[account.entity])
    # The place makes the address unique where two people share a name.
    email = f"{_plain(first)}.{_plain(last)}{place or ''}@{account.domain}"
    role = words.ROLES[place % len(words.ROLES)]
    making.world.people[number] = Person(number, account.number, first, last, email, role)


def _tax_id(dice: random.Random, country: str) -> str | None:
    """A made-up number of the country's form; none for half of the American customers."""
    digits = "".join(dice.choice("123456789") for _ in range(13))
    return {
        "US": f"{digits[:2]}-{digits[2:9]}" if dice.random() < 0.5 else None,
        "DE": f"DE{digits[:9]}",
        "AT": f"ATU{digits[:8]}",
        "FR": f"FR{digits[:11]}",
        "JP": f"T{digits}",
    }[country]


def _plain(name: str) -> str:
    """Lower-case ASCII letters, for addresses."""
    letters = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z ]", "", letters.lower())
