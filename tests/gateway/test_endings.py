"""Is a line break at the end of a text refused where its pattern does not allow it, and only there?"""

from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta, Struct

from experience_apis.operations.v1.views import NewClient
from gateway.access import check_types
from gateway.api import Api
from gateway.documents import routes_of
from gateway.endings import complaints_of_parameter
from gateway.errors import WrongValues
from gateway.operations import Parameter
from gateway.published import PUBLISHED
from gateway.values import check_of

Name = Annotated[str, Meta(pattern="^[a-z]{1,9}$", max_length=10)]
Choice = Annotated[str, Meta(pattern="^(dead|retrying)$")]


class Named(Struct, kw_only=True, forbid_unknown_fields=True):
    """A text with a pattern, several, and one without."""

    name: Name | None = None
    names: tuple[Name, ...] = ()
    words: str = ""


def wrong_in(body: bytes) -> list[str | None]:
    with pytest.raises(WrongValues) as refused:
        check_types(body, Named)
    return [one.pointer for one in refused.value.complaints]


@pytest.mark.parametrize("end", ["\\n", "\\u000a", "\\u000A"])
def test_a_body_says_where_a_text_ends_in_a_line_break(end: str) -> None:
    assert wrong_in(f'{{"name": "abc{end}"}}'.encode()) == ["#/name"]
    assert wrong_in(f'{{"names": ["abc", "abc{end}"]}}'.encode()) == ["#/names/1"]


def test_a_large_body_is_refused_too() -> None:
    assert wrong_in(b'{"name": "abc\\n"' + b" " * 20_000 + b"}") == [None]


@pytest.mark.parametrize(
    "body", [b'{"name": "abc"}', b'{"words": "a\\nb\\n"}', b'{"words": "\\\\n", "name": null}']
)
def test_a_text_without_a_pattern_may_end_as_it_likes(body: bytes) -> None:
    check_types(body, Named)


def parameter(type_: Any, name: str = "which", required: bool = True) -> Parameter:
    return Parameter(name=name, argument=name, place="query", type=type_, required=required, default=None)


@pytest.mark.parametrize("type_", [Name, Choice, Name | None])
def test_a_parameter_that_ends_in_a_line_break_is_refused(type_: Any) -> None:
    check = check_of([parameter(type_), parameter(str, "free")])
    assert check({"which": "dead", "free": "x\n"}) == {"which": "dead", "free": "x\n"}
    with pytest.raises(WrongValues) as refused:
        check({"which": "dead\n", "free": "x"})
    assert [one.parameter for one in refused.value.complaints] == ["which"]


def test_a_parameter_that_is_absent_ends_nowhere() -> None:
    assert check_of([parameter(Name, required=False)])({}) == {"which": None}


@pytest.mark.parametrize("field", ["name", "plan", "scopes"])
def test_a_clients_name_plan_and_scopes_end_where_their_patterns_end(field: str) -> None:
    good: dict[str, Any] = {"name": "Northwind", "plan": "default", "scopes": ["partner:read"]}
    check_types(msgspec.json.encode(good), NewClient)
    ends = [f"{good['scopes'][0]}\n"] if field == "scopes" else f"{good[field]}\n"
    with pytest.raises(WrongValues):
        check_types(msgspec.json.encode({**good, field: ends}), NewClient)


@pytest.mark.parametrize("api", PUBLISHED, ids=lambda api: api.document)
def test_every_published_parameter_with_a_pattern_ends_where_it_ends(api: Api) -> None:
    parameters = [one for route in routes_of(api, ("connections",)) for one in route.parameters]
    for one in parameters:
        patterned = "pattern" in msgspec.json.encode(msgspec.json.schema(one.type)).decode()
        assert bool(complaints_of_parameter(one.name, one.type, "dead\n")) >= patterned, one
