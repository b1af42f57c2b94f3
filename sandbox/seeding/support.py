"""What did customers ask support, and how far is it?"""

from datetime import datetime, timedelta
from typing import Final

from sandbox.seeding import words
from sandbox.seeding.chance import Making, moment_between
from sandbox.world import Account, Case, CasePriority, CaseStatus, Comment, Person

LONG_CASES: Final = 125
# Older cases are done; the last three weeks are in the works.
_IN_THE_WORKS: Final = timedelta(days=21)
_RECENT: Final[tuple[CaseStatus, ...]] = ("new", "open", "open", "pending", "hold", "solved")
_OLD: Final[tuple[CaseStatus, ...]] = ("solved", "closed", "closed", "closed")
_PRIORITIES: Final[tuple[CasePriority | None, ...]] = ("low", "normal", "normal", "high", "urgent", None)
_TAGS: Final = ("vip", "renewal", "onboarding", "bug", "how_to")


class Support:
    """Opens cases; `busy` is the account with more than a page of them."""

    def __init__(self, making: Making) -> None:
        self._world = making.world
        self._dice = making.dice("support")
        self._comments = 0

    def ask(self, busy: Account) -> None:
        """Cases of a year for most accounts; large customers and the busy one always have some."""
        people: dict[int, list[Person]] = {}
        for person in self._world.people.values():
            people.setdefault(person.account, []).append(person)
        openings = [
            (self._opening(account, place), person)
            for account in self._world.accounts.values()
            for place in range(self._wanted(account, busy))
            for person in [self._dice.choice(people[account.number])]
        ]
        # Tickets are numbered as they come in, whoever opens them.
        for opened, person in sorted(openings, key=lambda opening: opening[0]):
            self._open(opened, person)

    def _wanted(self, account: Account, busy: Account) -> int:
        if account is busy:
            return LONG_CASES
        return self._dice.choice((1, 2, 3, 4) if account.segment == "enterprise" else (0, 1, 1, 2, 3))

    def _opening(self, account: Account, place: int) -> datetime:
        """The first one of every account is recent, so that there is something to look at."""
        days = 20 if place == 0 else 360
        anchor = self._world.anchor
        return moment_between(self._dice, anchor - timedelta(days=days), anchor - timedelta(hours=30))

    def _open(self, opened: datetime, person: Person) -> None:
        dice, number = self._dice, len(self._world.cases) + 1
        subject, kind, complaint = dice.choice(words.COMPLAINTS)
        recent = opened > self._world.anchor - _IN_THE_WORKS
        status = dice.choice(_RECENT if recent else _OLD)
        comments = self._talk(person, complaint, opened, 0 if status == "new" else dice.randrange(1, 4))
        self._world.cases[number] = Case(
            number=number,
            account=person.account,
            person=person.number,
            subject=subject,
            status=status,
            priority=dice.choice(_PRIORITIES),
            kind=kind,
            tags=sorted(dice.sample(_TAGS, dice.randrange(3))),
            comments=comments,
            opened=opened,
            changed=comments[-1].at,
        )

    def _talk(self, person: Person, complaint: str, opened: datetime, turns: int) -> list[Comment]:
        """The complaint, then agent and customer in turns; now and then a note that customers do not see."""
        comments = [self._comment(person.email, True, complaint, opened)]
        agent = self._dice.choice(words.AGENTS)
        for turn in range(turns):
            at = comments[-1].at + timedelta(minutes=self._dice.randrange(10, 500))
            by_agent = turn % 2 == 0
            body = self._dice.choice(words.REPLIES if by_agent else words.THANKS)
            public = not by_agent or self._dice.random() < 0.8
            comments.append(self._comment(agent if by_agent else person.email, public, body, at))
        return comments

    def _comment(self, author: str, public: bool, body: str, at: datetime) -> Comment:
        self._comments += 1
        return Comment(self._comments, author, public, body, at)
