"""Is each operation open to exactly those whom its document names? (generated: a new operation is in it)"""

import pytest

from tests.owasp.house import EXPIRED, NOBODY, REVOKED, Front
from tests.owasp.promised import SCHEMES, Promised, promised

EACH = pytest.mark.parametrize("operation", promised(), ids=lambda one: one.name)
UNPROVEN = (NOBODY, EXPIRED, REVOKED)


def _expected(front: Front, operation: Promised, name: str) -> str:
    if name in UNPROVEN:
        return "unauthenticated" if name == NOBODY else "invalid_token"
    return "open" if operation.scopes <= front.scopes(name) else "insufficient_scope"


def _told(front: Front, operation: Promised, name: str) -> str:
    path, query = operation.asked()
    answer = front.http.request(
        operation.method, path, params=query, json=operation.body, headers=front.proof(name)
    )
    assert answer.status_code < 500, answer.text
    if answer.status_code in (401, 403):
        return str(answer.json()["code"])
    return "open"


class TestBrokenFunctionLevelAuthorization:
    """API5: who lacks a scope may not, who is nobody may nothing."""

    @EACH
    def test_an_operation_says_who_may_call(self, operation: Promised) -> None:
        """A token or a key with the same scopes, and at least one: nobody forgot."""
        assert [list(one) for one in operation.security] == [[scheme] for scheme in SCHEMES]
        token, key = (one[scheme] for one, scheme in zip(operation.security, SCHEMES, strict=True))
        assert token == key != []

    @EACH
    def test_an_operation_is_open_to_whom_its_document_names_and_to_nobody_else(
        self, front: Front, operation: Promised
    ) -> None:
        expected = {name: _expected(front, operation, name) for name in (*front.people, *UNPROVEN)}
        assert {name: _told(front, operation, name) for name in expected} == expected

    def test_everybody_may_do_something_and_nobody_may_do_everything(self, front: Front) -> None:
        """Else the matrix would prove nothing."""
        allowed = {
            name: {one for one in promised() if one.scopes <= front.scopes(name)} for name in front.people
        }
        assert all(0 < len(mine) < len(promised()) for mine in allowed.values())
        unreached = {one.name for one in promised()} - {one.name for mine in allowed.values() for one in mine}
        assert unreached == set()
