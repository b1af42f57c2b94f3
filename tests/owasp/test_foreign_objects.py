"""Does anybody see anything that is not theirs, by any id in any place of any operation? (generated)"""

from typing import Any

import httpx
import msgspec
import pytest

from gateway.issuer import Minted
from tests.owasp.belongings import IDS, Belongings, of_kind
from tests.owasp.house import Front
from tests.owasp.promised import SAMPLE, Parameter, Promised, promised

CUSTOMERS = frozenset({"portal:read", "portal:write", "partner:read", "partner:write"})
"""Scopes of callers whose credential names accounts."""
THEIRS = [one for one in promised() if one.scopes <= CUSTOMERS]
NAMED = [(one, parameter) for one in THEIRS for parameter in one.parameters if parameter.prefix]
LISTED = [one for one in THEIRS if one.takes("cursor")]
OWN = [
    one
    for one in THEIRS
    if one.scopes <= {"portal:read"} and not [each for each in one.parameters if each.place == "path"]
]
MOST = 2
"""How many things of each kind are tried of each other account."""


def asked(front: Front, name: str, operation: Promised, body: Any = None, **values: str) -> httpx.Response:
    path, query = operation.asked(values)
    sent = operation.body if body is None else body
    return front.http.request(operation.method, path, params=query, json=sent, headers=front.proof(name))


def may(front: Front, belongings: Belongings, operation: Promised) -> list[str]:
    """The bounded callers who may call it."""
    return [name for name in belongings.callers if operation.scopes <= front.scopes(name)]


def own(belongings: Belongings, name: str, operation: Promised) -> dict[str, str]:
    """Ids of the caller's own for each that the path names."""
    mine = belongings.mine(name)
    return {
        one.name: of_kind(mine, one.prefix)[0]
        for one in operation.parameters
        if one.prefix and one.place == "path" and of_kind(mine, one.prefix)
    }


def but_for_names(answer: httpx.Response, *ids: str) -> str:
    """What an answer says, without the id that was asked for and without the name of the request."""
    said = answer.json()
    for name in ("trace_id", "instance"):
        said.pop(name, None)
    text = msgspec.json.encode(said).decode()
    for one in ids:
        text = text.replace(one, "ID")
    return f"{answer.status_code} {text}"


def _all_of(things: frozenset[str], operation: Promised) -> dict[str, str]:
    return {
        one.name: of_kind(things, one.prefix)[0]
        for one in operation.parameters
        if one.prefix and of_kind(things, one.prefix)
    }


def _list(operation: Promised) -> str:
    """What is listed; versions list the same."""
    return operation.path.rpartition("/")[2]


def cursor_of(
    front: Front, belongings: Belongings, name: str, operation: Promised
) -> tuple[dict[str, str], str]:
    """Whose list of the caller's own goes on after one, and its cursor."""
    accounts = of_kind(belongings.mine(name), "acc") if operation.takes("account") else []
    for whose in [{"account": one} for one in accounts] or [{}]:
        if cursor := asked(front, name, operation, limit="1", **whose).json()["next_cursor"]:
            return whose, cursor
    return {}, ""


class TestBrokenObjectLevelAuthorization:
    """API1: what is not a caller's is missing, wherever its id is put."""

    @pytest.mark.parametrize(("operation", "parameter"), NAMED, ids=lambda one: one.name)
    def test_what_is_anothers_looks_like_what_there_is_not(
        self, front: Front, belongings: Belongings, operation: Promised, parameter: Parameter
    ) -> None:
        tried = 0
        for name in may(front, belongings, operation):
            values = own(belongings, name, operation)
            for things in belongings.foreign(name):
                for id in of_kind(things, str(parameter.prefix))[:MOST]:
                    # the id alone, and with everything else of the same owner
                    for others in ({}, _all_of(things, operation)):
                        foreign = {**values, **others, parameter.name: id}
                        nobody = {
                            one.name: one.value
                            for one in operation.parameters
                            if one == parameter or one.name in others
                        }
                        answer = asked(front, name, operation, **foreign)
                        missing = asked(front, name, operation, **{**foreign, **nobody})
                        assert (answer.status_code, missing.status_code) == (404, 404), (name, foreign)
                        assert but_for_names(answer, id) == but_for_names(missing, parameter.value)
                        tried += 1
        assert tried > 0, "nobody has such a thing, so nothing was tried"

    @pytest.mark.parametrize("operation", [one for one in THEIRS if one.example], ids=lambda one: one.name)
    def test_anothers_account_in_a_body_is_answered_like_one_that_there_is_not(
        self, front: Front, belongings: Belongings, operation: Promised
    ) -> None:
        assert SAMPLE in msgspec.json.encode(operation.example).decode(), (
            "nothing of a caller's is named in it"
        )
        for name in may(front, belongings, operation):
            missing = asked(front, name, operation, operation.example)
            for things in belongings.foreign(name):
                (account,) = of_kind(things, "acc")
                body = msgspec.json.decode(
                    msgspec.json.encode(operation.example).replace(SAMPLE.encode(), account.encode())
                )
                answer = asked(front, name, operation, body)
                assert but_for_names(answer, account) == but_for_names(missing, SAMPLE), name

    @pytest.mark.parametrize("operation", THEIRS, ids=lambda one: one.name)
    def test_no_answer_names_anything_of_anothers(
        self, front: Front, belongings: Belongings, operation: Promised
    ) -> None:
        for name in may(front, belongings, operation):
            answer = asked(front, name, operation, **own(belongings, name, operation))
            assert answer.status_code in (200, 404), answer.text
            named = set(IDS.findall(answer.text)) - {SAMPLE}
            for things in belongings.foreign(name):
                assert named & things == set(), name

    @pytest.mark.parametrize("operation", OWN, ids=lambda one: one.name)
    def test_who_has_one_account_of_a_group_is_told_of_no_other(
        self, front: Front, operation: Promised
    ) -> None:
        """The head of a group without the right to its children, and a child."""
        group = [one["account"] for one in front.ask("portal_parent", "/portal/v2/accounts").json()["data"]]
        assert len(group) > 1
        for account in group:
            person = Minted(
                subject="one of a group", client="demo", scopes=("portal:read",), accounts=(account,)
            )
            proof = {"Authorization": f"Bearer {front.issuer.mint(person, hours=1)}"}
            path, query = operation.asked({})
            answer = front.http.request(operation.method, path, params=query, headers=proof)
            assert answer.status_code == 200, answer.text
            assert of_kind(frozenset(IDS.findall(answer.text)), "acc") in ([], [account])

    @pytest.mark.parametrize("operation", LISTED, ids=lambda one: one.name)
    def test_a_cursor_is_good_for_whom_it_was_given_to_and_for_that_list(
        self, front: Front, belongings: Belongings, operation: Promised
    ) -> None:
        people = may(front, belongings, operation)
        given = {name: cursor_of(front, belongings, name, operation) for name in people}
        others = [one for one in LISTED if _list(one) != _list(operation)]
        refused = []
        for owner, (whose, cursor) in given.items():
            if cursor:
                assert asked(front, owner, operation, limit="1", cursor=cursor, **whose).status_code == 200
                refused += [asked(front, one, operation, cursor=cursor) for one in people if one != owner]
                refused += [
                    asked(front, owner, one, cursor=cursor)
                    for one in others
                    if one.scopes <= front.scopes(owner)
                ]
        if not any(cursor for _, cursor in given.values()):
            pytest.skip("nobody here has two of them, so there is no cursor to steal")
        assert refused
        assert {(one.status_code, one.json().get("code")) for one in refused} == {(400, "invalid_cursor")}
