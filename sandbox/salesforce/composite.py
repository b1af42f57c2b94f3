"""How are several reads asked in one call, later ones with what earlier ones found?

`POST /composite` ("Composite"): up to 25 subrequests, one call of the allowance, `@{reference.path}` in a
url stands for a value of an earlier answer. Only reads are taken.
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
HALTED: Final = "The transaction was rolled back since another operation in the same transaction failed."


def composite(ask: Ask, asked: Any) -> Answer:
    """The answers in order. Raises `Refused` when the list itself is not one, or too long."""
    requests = asked.get("compositeRequest") if isinstance(asked, dict) else None
    if not isinstance(requests, list) or not all(isinstance(one, dict) for one in requests):
        raise Refused(400, "JSON_PARSER_ERROR", "compositeRequest must be a list of subrequests")
    if len(requests) > MOST:
        raise Refused(400, "LIMIT_EXCEEDED", f"Composite API requests can have at most {MOST} subrequests")
    bodies: dict[str, Any] = {}
    answers = [_answered(ask, one, bodies) for one in requests]
    if asked.get("allOrNone") and any(answer.status >= 400 for answer in answers):
        answers = [_halted() if answer.status < 400 else answer for answer in answers]
    pairs = zip(requests, answers, strict=True)
    return Answer({"compositeResponse": [_part(one, answer) for one, answer in pairs]})


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
    try:
        answer = _read(ask, str(one.get("method", "")).upper(), _filled(str(one.get("url", "")), bodies))
    except Refused as refused:
        return Answer(refused.body(), refused.status)
    bodies[str(one.get("referenceId"))] = answer.body
    return answer


def _read(ask: Ask, method: str, url: str) -> Answer:
    parts = urlsplit(url)
    found = matching(parts.path.removeprefix(f"/services/data/v{ask.version}"))
    if found is None or not parts.path.startswith(f"/services/data/v{ask.version}/"):
        raise not_found()
    if method != "GET":
        raise Refused(405, "METHOD_NOT_ALLOWED", f"HTTP Method '{method}' not allowed. Allowed are HEAD,GET")
    resource, names = found
    names = {name: unquote(value) for name, value in names.items()}
    return resource(replace(ask, names=names, query=dict(parse_qsl(parts.query)), headers={}))


def _filled(url: str, bodies: dict[str, Any]) -> str:
    """The url with each `@{reference.path[0].field}` replaced by the value that it stands for."""
    return re.sub(r"@\{(\w+)\.([^}]+)\}", lambda found: _value(bodies, found[1], found[2]), url)


def _value(bodies: dict[str, Any], reference: str, path: str) -> str:
    value = bodies.get(reference)
    for step in re.findall(r"\w+", path):
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            raise Refused(
                400, "PROCESSING_HALTED", f"Invalid reference specified. No value for {reference}.{path}"
            )
    return quote(str(value))
