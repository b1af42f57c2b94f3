"""What do we ask an owner to do with its own things?"""

from datetime import date

from msgspec import UNSET, Struct, UnsetType

from canonical.support import CasePriority


class FollowUp(Struct, frozen=True, kw_only=True):
    """A task for whoever owns an account in the CRM (`account` is the CRM's id)."""

    account: str
    subject: str
    description: str
    due_on: date
    urgent: bool = False


class CaseDraft(Struct, frozen=True, kw_only=True):
    """A case to be opened about a customer (`organization` is the support system's id).

    `body` is its first message; one that is not public is for our own people only.
    """

    organization: str
    subject: str
    body: str
    public: bool = False
    priority: CasePriority = CasePriority.NORMAL
    tags: tuple[str, ...] = ()


class CaseChange(Struct, frozen=True, kw_only=True):
    """What is to be added to a case or changed in it."""

    comment: str | None = None
    public: bool = False
    solved: bool = False
    priority: CasePriority | UnsetType = UNSET
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
