"""Does the Zendesk adapter ask as Zendesk wants to be asked, and believe only what it can read?"""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest

from system_apis import zendesk
from system_apis.errors import Missing, Unreadable
from system_apis.health import Quota
from system_apis.zendesk.adapter import Zendesk
from tests.system_apis.scripted import Script, saying

OAUTH: dict[str, Any] = {"client_id": "client", "client_secret": "words nobody may see"}
ORGANIZATION = {"id": 36, "name": "Acme", "updated_at": "2026-05-07T02:00:00Z"}
TICKET = {
    "id": 5,
    "subject": "Help",
    "status": "open",
    "organization_id": 36,
    "created_at": "2026-05-07T02:00:00Z",
    "updated_at": "2026-05-07T03:00:00Z",
}
COMMENT = {"id": 1, "body": "Hello", "public": True, "created_at": "2026-05-07T02:00:00Z"}
LAST = {"has_more": False, "after_cursor": "beyond", "before_cursor": "before"}
LINKS = {"next": "https://acme.zendesk.com/api/v2/more", "prev": None}


@asynccontextmanager
async def asking(*answers: Any, **config: Any) -> AsyncIterator[tuple[Zendesk, Script]]:
    """The adapter, connected to a script of answers."""
    async with saying(*answers) as script:
        made = zendesk.Config(base_url=script.url, **(config or OAUTH))
        desk = zendesk.connect("desk", made, lambda: datetime.now(UTC))
        try:
            yield desk, script
        finally:
            await desk.aclose()


def organizations(*, more: bool = False, cursor: str | None = None) -> dict[str, Any]:
    meta = {"has_more": more, "after_cursor": cursor} if more else LAST
    return {"organizations": [ORGANIZATION], "meta": meta, "links": LINKS}


async def test_a_token_is_asked_for_in_json_and_sent_as_bearer() -> None:
    async with asking({"organization": ORGANIZATION}) as (desk, script):
        await desk.account_record("36")
    asked = json.loads(script.tokens[0].body)
    assert (script.tokens[0].path, asked["grant_type"]) == ("/oauth/tokens", "client_credentials")
    assert asked["client_secret"] == OAUTH["client_secret"]
    assert script.heard[0].headers["Authorization"] == "Bearer token-1"


async def test_the_legacy_mode_sends_the_api_token_as_basic() -> None:
    async with asking({"organization": ORGANIZATION}, email="a@b.example", api_token="T") as (desk, script):
        await desk.account_record("36")
    proof = base64.b64encode(b"a@b.example/token:T").decode()
    assert script.heard[0].headers["Authorization"] == f"Basic {proof}"
    assert script.tokens == []


@pytest.mark.parametrize(
    "config", [{}, {"client_id": "c"}, {"email": "a@b.example"}, {**OAUTH, "email": "a", "api_token": "b"}]
)
def test_there_must_be_exactly_one_way_to_prove_who_we_are(config: dict[str, str]) -> None:
    with pytest.raises(msgspec.ValidationError, match="client_id and client_secret, or email"):
        msgspec.convert({"base_url": "http://127.0.0.1:1", **config}, zendesk.Config)


def test_the_settings_do_not_show_a_secret() -> None:
    assert "words" not in repr(zendesk.Config(base_url="http://127.0.0.1:1", **OAUTH))
    secret = {"client_secret", "api_token", "webhook_secret", "webhook_secret_before"}
    assert zendesk.Config.secrets == secret


async def test_a_list_ends_with_has_more_though_there_is_a_next_link_and_a_cursor() -> None:
    async with asking(organizations(more=True, cursor="c1"), organizations()) as (desk, script):
        first = await desk.account_records()
        last = await desk.account_records(first.next)
    assert (first.next, last.next) == ("c1", None)
    assert script.heard[0].query == {"page[size]": "100"}
    assert script.heard[1].query == {"page[size]": "100", "page[after]": "c1"}


async def test_a_page_that_hides_the_way_on_is_unreadable_and_not_the_end() -> None:
    async with asking(organizations(more=True)) as (desk, _):
        with pytest.raises(Unreadable):
            await desk.account_records()


async def test_cases_are_asked_for_newest_first_on_every_page() -> None:
    page = {"tickets": [TICKET], "meta": LAST}
    async with asking(page, page) as (desk, script):
        await desk.cases("36", limit=20)
        await desk.cases("36", cursor="c1", limit=500)
    assert script.heard[0].path == "/api/v2/organizations/36/tickets"
    assert script.heard[0].query == {"page[size]": "20", "sort": "-id"}
    assert script.heard[1].query == {"page[size]": "100", "page[after]": "c1", "sort": "-id"}


async def test_a_customers_words_are_told_from_ours_and_public_ones_from_notes() -> None:
    users = [{"id": 1, "role": "end-user"}, {"id": 2, "role": "agent"}]
    comments = [
        {**COMMENT, "author_id": 1},
        {**COMMENT, "author_id": 2, "public": False},
        {**COMMENT, "author_id": -1, "plain_body": "Merged"},
    ]
    async with asking({"comments": comments, "users": users, "meta": LAST}) as (desk, script):
        page = await desk.comments("5")
    assert script.heard[0].query["include"] == "users"
    assert [(one.from_customer, one.public) for one in page.items] == [
        (True, True),
        (False, False),
        (False, True),
    ]
    assert page.items[2].body == "Merged"


async def test_where_nothing_changed_yet_there_is_no_cursor_and_none_is_sent() -> None:
    nothing: dict[str, Any] = {"tickets": [], "after_cursor": None, "end_of_stream": True}
    since = datetime(2026, 5, 7, tzinfo=UTC)
    async with asking(nothing, nothing) as (desk, script):
        first = await desk.changes(None, since)
        await desk.changes(first.cursor, since)
    assert [call.query for call in script.heard] == [{"start_time": "1778112000"}] * 2


@pytest.mark.parametrize("id", ["", "abc", "1/../2", "36.json", "²", "1" * 40])
async def test_what_can_be_no_id_is_missing_without_a_call(id: str) -> None:
    async with asking() as (desk, script):
        for asked in (desk.account_record, desk.case, desk.cases, desk.comments):
            with pytest.raises(Missing):
                await asked(id)
    assert script.heard == []


async def test_a_number_is_looked_up_as_a_case_and_as_an_organization_and_not_searched() -> None:
    async with asking({"tickets": [TICKET]}, {"organizations": [ORGANIZATION]}) as (desk, script):
        [found] = await desk.find("5")
    assert found.name == "Acme"
    assert [call.path for call in script.heard] == [
        "/api/v2/tickets/show_many",
        "/api/v2/organizations/show_many",
    ]
    assert set(script.heard[1].query["ids"].split(",")) == {"5", "36"}


async def test_an_email_address_leads_to_the_organization_of_its_user() -> None:
    users = {"results": [{"id": 1, "role": "end-user", "organization_id": 36, "result_type": "user"}]}
    async with asking(users, {"organizations": [ORGANIZATION]}) as (desk, script):
        [found] = await desk.find("ada@acme.example")
    assert found.origin.ref.id == "36"
    assert script.heard[0].query["query"] == 'type:user email:"ada@acme.example"'


async def test_a_user_of_no_organization_leads_nowhere() -> None:
    users = {"results": [{"id": 1, "role": "end-user", "organization_id": None}]}
    async with asking(users) as (desk, script):
        assert await desk.find("ada@acme.example") == ()
    assert len(script.heard) == 1


async def test_words_cannot_leave_their_quotes_and_become_another_search() -> None:
    async with asking({"results": []}) as (desk, script):
        assert await desk.find('x" type:ticket "') == ()
    assert script.heard[0].query["query"] == 'type:organization "x type:ticket"'


@pytest.mark.parametrize("words", ["", "  ", '"', "*", '"*" '])
async def test_words_that_say_nothing_are_not_searched_for(words: str) -> None:
    async with asking() as (desk, script):
        assert await desk.find(words) == ()
    assert script.heard == []


@pytest.mark.parametrize(
    "wrong", [{"status": "deleted"}, {"priority": "critical"}, {"id": "5"}, {"created_at": "yesterday"}]
)
async def test_a_ticket_that_we_cannot_read_is_unreadable(wrong: dict[str, str]) -> None:
    async with asking({"ticket": {**TICKET, **wrong}}) as (desk, _):
        with pytest.raises(Unreadable):
            await desk.case("5")


@pytest.mark.parametrize(
    ("headers", "quota"),
    [
        ({"X-Rate-Limit": "700", "X-Rate-Limit-Remaining": "688"}, Quota(used=12, limit=700)),
        ({"x-rate-limit": "700", "x-rate-limit-remaining": "700"}, Quota(used=0, limit=700)),
        ({"X-Rate-Limit": "700"}, None),
        ({"X-Rate-Limit": "many", "X-Rate-Limit-Remaining": "few"}, None),
        ({}, None),
    ],
)
def test_the_quota_is_what_the_headers_say(headers: dict[str, str], quota: Quota | None) -> None:
    assert zendesk.usage(httpx.Headers(headers)) == quota
