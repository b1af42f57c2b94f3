"""What changed in what an operation answers: statuses, headers, media types?"""

from collections.abc import Callable, Iterator

from gateway.releases.pairs import Pair
from gateway.releases.rules import Finding, Way, found
from gateway.releases.schemas import Schemas

_KNOWN = frozenset(("description", "headers", "content"))
_MEDIA_KNOWN = frozenset(("schema", "example", "examples"))


def answer_changes(schemas: Schemas, resolved: Callable[[Pair], Pair], operation: Pair) -> Iterator[Finding]:
    """Every change in the answers of an operation that both documents have."""
    pair = operation.into("responses")
    gone, both, come = pair.keys()
    for status in gone:
        yield found(f"{_kind(status)}-removed", pair.into(status).was, what=status)
    for status in come:
        yield found(f"{_kind(status)}-added", pair.into(status).at, what=status)
    for status in both:
        answer = resolved(pair.into(status))
        yield from _headers(schemas, resolved, answer.into("headers"))
        yield from content_changes(schemas, answer.into("content"), Way.RESPONSE)
        for key in sorted({*answer.old, *answer.new} - _KNOWN):
            if not key.startswith("x-") and answer.old.get(key) != answer.new.get(key):
                yield found("part-changed", answer.into(key).at, what=key)


def _kind(status: str) -> str:
    return "success" if status.startswith("2") else "error"


def _headers(schemas: Schemas, resolved: Callable[[Pair], Pair], pair: Pair) -> Iterator[Finding]:
    """Names of headers have no case (RFC 9110, section 5.1)."""
    spelled = {name.lower(): name for name in pair.old}
    names = {name: spelled.get(name.lower(), name) for name in pair.new}
    pair = pair._replace(new={names[name]: each for name, each in pair.new.items()})
    gone, both, come = pair.keys()
    for name in gone:
        yield found("response-header-removed", pair.into(name).was, what=name)
    for name in come:
        yield found("response-header-added", pair.into(name).at, what=name)
    for name in both:
        header = resolved(pair.into(name))
        was, now = bool(header.old.get("required")), bool(header.new.get("required"))
        if was != now:
            yield found(f"response-header-now-{'required' if now else 'optional'}", header.at, what=name)
        yield from schemas.changes(header.into("schema"), Way.RESPONSE)


def content_changes(schemas: Schemas, pair: Pair, way: Way) -> Iterator[Finding]:
    """Media types that are gone or new, and the schemas of those that both have."""
    gone, both, come = pair.keys()
    for media in gone:
        yield found(f"{way}-media-type-removed", pair.into(media).was, what=media)
    for media in come:
        yield found(f"{way}-media-type-added", pair.into(media).at, what=media)
    for media in both:
        here = pair.into(media)
        yield from schemas.changes(here.into("schema"), way)
        for key in sorted({*here.old, *here.new} - _MEDIA_KNOWN):
            if here.old.get(key) != here.new.get(key):
                yield found("part-changed", here.into(key).at, what=key)
