"""Does the practice Zendesk show the practice company in Zendesk's words?"""

from collections import Counter as Tally

import pytest

from sandbox.ids import zendesk_id
from tests.sandbox.zendesk.counter import Counter, organization_of


@pytest.mark.parametrize("end", ["", ".json", "/", ".json/"])
async def test_every_path_takes_json_and_a_slash(counter: Counter, end: str) -> None:
    id = organization_of(counter.supported()[0].number)
    for path in ("organizations", f"organizations/{id}", f"organizations/{id}/tickets", "search/count"):
        assert (await counter.ask(f"{path}{end}?query=type:user"))[0] == 200


async def test_an_organization_carries_our_key_and_the_projected_fields(counter: Counter) -> None:
    world = counter.practice.world
    account = next(one for one in counter.supported() if one.parent)
    shown = (await counter.read(f"organizations/{organization_of(account.number)}"))["organization"]
    assert (shown["external_id"], shown["name"]) == (account.key, account.name)
    fields = shown["organization_fields"]
    assert fields["support_tier"] == account.said.get("support", {}).get("tier", account.tier)
    assert fields["legal_entity"] == account.entity
    assert account.parent is not None
    assert fields["parent_account"] == world.accounts[account.parent].key


async def test_a_support_tier_that_nobody_changed_stays_while_the_subscription_is_paused(
    counter: Counter,
) -> None:
    trouble = next(
        o for o in counter.practice.world.trouble if o.code == "paused_subscription_tier_unchanged"
    )
    shown = (await counter.read(f"organizations/{organization_of(trouble.account)}"))["organization"]
    assert shown["organization_fields"]["support_tier"] == "gold"
    assert counter.practice.world.accounts[trouble.account].tier != "gold"


async def test_every_organization_field_is_defined(counter: Counter) -> None:
    defined = (await counter.read("organization_fields"))["organization_fields"]
    one = (await counter.read("organizations"))["organizations"][0]
    assert {field["key"] for field in defined} == set(one["organization_fields"])


async def test_a_ticket_is_its_case(counter: Counter) -> None:
    case = counter.case(priority="urgent")
    shown = (await counter.read(f"tickets/{zendesk_id('ticket', case.number)}"))["ticket"]
    assert (shown["subject"], shown["status"], shown["priority"]) == (case.subject, case.status, "urgent")
    assert shown["organization_id"] == organization_of(case.account)
    assert shown["requester_id"] == zendesk_id("user", case.person)
    assert shown["description"] == case.comments[0].body


async def test_comments_are_those_of_the_case_and_their_authors_exist(counter: Counter) -> None:
    case = next(one for one in counter.practice.world.cases.values() if len(one.comments) > 2)
    path = f"tickets/{zendesk_id('ticket', case.number)}/comments"
    shown = (await counter.read(path))["comments"]
    assert [one["body"] for one in shown] == [one.body for one in case.comments]
    authors = ",".join({str(one["author_id"]) for one in shown})
    users = (await counter.read(f"users/show_many?ids={authors}"))["users"]
    assert {one["email"] for one in users} == {one.author for one in case.comments}
    newest = (await counter.read(path + "?sort_order=desc"))["comments"]
    assert newest == shown[::-1]


async def test_an_account_that_support_does_not_know_is_not_there(counter: Counter) -> None:
    unknown = next(o for o in counter.practice.world.accounts.values() if "support" not in o.systems)
    answer = await counter.ask(f"organizations/{organization_of(unknown.number)}")
    assert answer == (404, {"error": "RecordNotFound", "description": "Not found"})


@pytest.mark.parametrize(
    "path", ["tickets/0", "tickets/none", "users/1", "users/" + "9" * 5_000, "tickets/99999999/comments"]
)
async def test_a_missing_record_is_a_404(counter: Counter, path: str) -> None:
    assert await counter.ask(path) == (404, {"error": "RecordNotFound", "description": "Not found"})


async def test_an_unknown_path_and_another_method_are_invalid_endpoints(counter: Counter) -> None:
    nowhere = (404, {"error": "InvalidEndpoint", "description": "Not found"})
    assert await counter.ask("views") == nowhere
    headers = {"Authorization": counter.basic()}
    async with counter.client.put(f"{counter.url}/api/v2/tickets", headers=headers) as answer:
        assert (answer.status, await answer.json()) == nowhere


async def test_many_are_shown_by_our_keys(counter: Counter) -> None:
    wanted = counter.supported()[:3]
    keys = ",".join(one.key for one in wanted)
    found = await counter.read(f"organizations/show_many.json?external_ids={keys},acc_none")
    assert {one["external_id"] for one in found["organizations"]} == {one.key for one in wanted}
    assert found["count"] == 3


async def test_more_than_a_hundred_at_once_are_too_many(counter: Counter) -> None:
    status, body = await counter.ask("users/show_many?ids=" + ",".join(map(str, range(101))))
    assert (status, body["error"], body["max_count"]) == (400, "TooManyValues", 100)


async def test_the_tickets_and_users_of_an_organization_are_its_own(counter: Counter) -> None:
    world = counter.practice.world
    account = Tally(one.account for one in world.cases.values()).most_common()[-1][0]
    id = organization_of(account)
    found = (await counter.read(f"organizations/{id}/tickets"))["tickets"]
    cases = {zendesk_id("ticket", one.number) for one in world.cases.values() if one.account == account}
    assert {one["id"] for one in found} == cases
    people = (await counter.read(f"organizations/{id}/users"))["users"]
    assert {one["email"] for one in people} == {
        o.email for o in world.people.values() if o.account == account
    }


async def test_related_records_come_along_once(counter: Counter) -> None:
    found = await counter.read("tickets?include=users,organizations&per_page=50")
    assert {one["organization_id"] for one in found["tickets"]} == {o["id"] for o in found["organizations"]}
    requesters = {one["requester_id"] for one in found["tickets"]}
    assert requesters <= {one["id"] for one in found["users"]}


async def test_every_answer_says_how_much_of_the_limit_is_left(counter: Counter) -> None:
    headers = {"Authorization": counter.basic()}
    async with counter.client.get(f"{counter.url}/api/v2/tickets.json", headers=headers) as answer:
        assert answer.headers["X-Rate-Limit"] == answer.headers["ratelimit-limit"] == "2500"
        assert int(answer.headers["X-Rate-Limit-Remaining"]) < 2_500
        assert 1 <= int(answer.headers["ratelimit-reset"]) <= 60
        assert answer.headers["zendesk-ratelimit-tickets-index"].startswith("total=100; remaining=")


async def test_over_the_limit_it_says_when_to_come_back(own_counter: Counter) -> None:
    await own_counter.control("/faults", fault="rate_limited", calls=1)
    async with own_counter.client.get(f"{own_counter.url}/api/v2/tickets") as answer:
        assert answer.status == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert (await answer.json())["error"] == "APIRateLimitExceeded"


async def test_a_server_error_is_in_zendesks_form(own_counter: Counter) -> None:
    await own_counter.control("/faults", fault="error_500", calls=1)
    status, body = await own_counter.ask("tickets")
    assert (status, set(body)) == (500, {"error", "description"})


async def test_the_state_of_an_object_is_what_a_read_shows(counter: Counter) -> None:
    async with counter.client.get(f"{counter.url}/_sim/state/tickets?id=1") as answer:
        held = (await answer.json())["data"]
    assert held == [(await counter.read("tickets/1"))["ticket"]]
