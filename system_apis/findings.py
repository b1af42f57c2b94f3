"""What does a connection lack before it can do its work?"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

from msgspec import Struct

from system_apis.errors import Busy, Missing, PlatformError, Refused, Unauthorised, Unavailable

ANSWER: Final = "answer"
CREDENTIAL: Final = "credential"
_FORBIDDEN: Final = ": 403"
"""How the text of an `Unauthorised` ends when the platform knows us and does not let us."""


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that was looked at; when it is not `good`, `said` is what to do about it, in plain words."""

    subject: str
    good: bool
    said: str = ""


class Need(Struct, frozen=True):
    """One thing that a connection must be let do: the call that shows it, and how it is given to us."""

    subject: str
    call: Callable[[], Awaitable[Any]]
    remedy: str


async def looked_at(needs: Iterable[Need], credential: str) -> list[Finding]:
    """Ask for each, in order, until there is no point in asking further.

    `credential` says what to look at when we are not known: it is told once, as is a platform that is silent.
    """
    found: list[Finding] = []
    for need in needs:
        finding = await _asked(need, credential)
        known = finding.subject not in {ANSWER, CREDENTIAL}
        if known and not found:
            found.append(Finding(subject=CREDENTIAL, good=True))
        found.append(finding)
        if not known:
            break
    return found


async def _asked(need: Need, credential: str) -> Finding:
    try:
        await need.call()
    except Unauthorised as error:
        if error.detail.endswith(_FORBIDDEN) and not error.detail.startswith("token request"):
            return Finding(subject=need.subject, good=False, said=f"not allowed: {need.remedy}")
        return Finding(
            subject=CREDENTIAL, good=False, said=f"it does not know us ({error.detail}): {credential}"
        )
    except (Missing, Refused) as error:
        return Finding(
            subject=need.subject, good=False, said=f"not there for us ({error.detail}): {need.remedy}"
        )
    except (Unavailable, Busy) as error:
        return Finding(subject=ANSWER, good=False, said=f"no usable answer ({error.detail}): try again later")
    except PlatformError as error:
        return Finding(subject=ANSWER, good=False, said=f"not what was expected ({error.detail})")
    return Finding(subject=need.subject, good=True)


def fields(
    subject: str, wanted: Iterable[str], there: Iterable[str], remedy: Callable[[str], str]
) -> list[Finding]:
    """One finding for each field that is wanted and not there, or one that all of them are."""
    missing = [name for name in wanted if name not in set(there)]
    if not missing:
        return [Finding(subject=subject, good=True)]
    return [Finding(subject=f"{subject} {name}", good=False, said=remedy(name)) for name in missing]
