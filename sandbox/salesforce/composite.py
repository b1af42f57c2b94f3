"""How are several calls made in one, later ones with what earlier ones found?

`POST /composite` ("Composite"): up to 25 subrequests, at most 5 of them queries or collections, one call of
the allowance. `@{reference.path}` in a url or a body stands for a value of an earlier answer. With
`allOrNone` one that fails takes back all that was written.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from sandbox.salesforce.errors import Refused, not_found
from sandbox.salesforce.exchange import Answer, Ask
from sandbox.salesforce.resources import matching

MOST: Final = 25
MOST_HEAVY: Final = 5
HALTED: Final = "The transaction was rolled back since another operation in the same transaction failed."
REFERENCE: Final = re.compile(r"@\{(\w+)\.([^}]+)\}")


def composite(ask: Ask) -> Answer:
    """The answers in order. Raises `Refused` when the list itself is not one, or too long."""
    requests = ask.body.get("compositeRequest") if isinstance(ask.body, dict) else None
    if not isinstance(requests, list) or not all(isinstance(one, dict) for one in requests):
        raise Refused(400, "JSON_PARSER_ERROR", "compositeRequest must be a list of subrequests")
    _refuse_too_many(requests)
    answers = _all_or_none(ask, requests) if ask.body.get("allOrNone") else _each(ask, requests)
    pairs = zip(requests, answers, strict=True)
    return Answer({"compositeResponse": [_part(one, answer) for one, answer in pairs]})


def _each(ask: Ask, requests: list[Any]) -> list[Answer]:
    bodies: dict[str, Any] = {}
    return [_answered(ask, one, bodies) for one in requests]


def _all_or_none(ask: Ask, requests: list[Any]) -> list[Answer]:
    """All answers; or the first that failed, the others halted and nothing written."""
    mark, bodies = ask.work.mark(), dict[str, Any]()
    answers: list[Answer] = []
    for place, one in enumerate(requests):
        answers.append(_answered(ask, one, bodies))
        if answers[-1].status >= 400:
            ask.work.undo(mark)
            after = len(requests) - place - 1
            return [*(_halted() for _ in range(place)), answers[-1], *(_halted() for _ in range(after))]
    return answers


def _part(one: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    return {
        "body": answer.body,
        "httpHeaders": answer.headers,
        "httpStatusCode": answer.status,
        "referenceId": one.get("referenceId"),
    }


def _halted() -> Answer:
    return Answer([{"errorCode": "PROCESSING_HALTED", "message": HALTED}], 400)


def _answered(ask: Ask, one: Mapping[str, Any], bodies: dict[str, Any]) -> Answer:
    mark = ask.work.mark()
    try:
        method, url = str(one.get("method", "")).upper(), str(one.get("url", ""))
        body = _filled(one.get("body"), bodies)
        answer = _called(replace(ask, body=body, headers={}), method, _filled_url(url, bodies))
    except Refused as refused:
        ask.work.undo(mark)
        return Answer(refused.body(), refused.status)
    bodies[str(one.get("referenceId"))] = answer.body
    return answer


def _called(ask: Ask, method: str, url: str) -> Answer:
    parts = urlsplit(url)
    root = f"/services/data/v{ask.version}"
    found = matching(method, parts.path.removeprefix(root)) if parts.path.startswith(root + "/") else None
    if found is None:
        raise not_found()
    resource, names = found
    names = {name: unquote(value) for name, value in names.items()}
    return resource(replace(ask, names=names, query=dict(parse_qsl(parts.query))))


def _filled_url(url: str, bodies: dict[str, Any]) -> str:
    """The url with each `@{reference.path[0].field}` replaced by the value that it stands for."""
    return REFERENCE.sub(lambda found: quote(str(_value(bodies, found[1], found[2]))), url)


def _filled(body: Any, bodies: dict[str, Any]) -> Any:
    """The same for every text of a body."""
    if isinstance(body, dict):
        return {name: _filled(value, bodies) for name, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, bodies) for value in body]
    if isinstance(body, str):
        return REFERENCE.sub(lambda found: str(_value(bodies, found[1], found[2])), body)
    return body


def _value(bodies: dict[str, Any], reference: str, path: str) -> Any:
    value = bodies.get(reference)
    for step in re.findall(r"\w+", path):
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            message = f"Invalid reference specified. No value for {reference}.{path}"
            raise Refused(400, "PROCESSING_HALTED", message)
    return value


def _refuse_too_many(requests: list[Any]) -> None:
    heavy = [
        one for one in requests if re.search(r"/(query|queryAll|composite/sobjects)\b", str(one.get("url")))
    ]
    for count, most, what in (
        (requests, MOST, "subrequests"),
        (heavy, MOST_HEAVY, "queries and collections"),
    ):
        if len(count) > most:
            raise Refused(400, "LIMIT_EXCEEDED", f"Composite API requests can have at most {most} {what}")
