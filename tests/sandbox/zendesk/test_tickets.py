"""Does the practice Zendesk open, answer and change tickets as Zendesk does?"""

import asyncio
from collections import Counter as Tally
from typing import Any

import aiohttp
import pytest

from sandbox.ids import zendesk_id
from sandbox.zendesk.busy import MOST, SECONDS, Busy
from sandbox.zendesk.errors import Refusal
from tests.sandbox.zendesk.counter import Counter, organization_of

KEY = "Idempotency-Key"


async def test_a_new_ticket_is_there_with_its_audit_and_its_first_comment(own_counter: Counter) -> None:
    organization = organization_of(own_counter.supported()[0].number)
    given = {
        "subject": "Payment failed",
        "comment": {"body": "We tried <twice>", "public": False},
        "organization_id": organization,
        "external_id": "recovery.in_1",
        "priority": "high",
        "tags": ["Payment failed", "vip"],
        "metadata": {"run": "r1"},
    }
    status, said, headers = await own_counter.sent("POST", "tickets.json", {"ticket": given})
    ticket, audit = said["ticket"], said["audit"]
    assert (status, headers["Location"]) == (201, ticket["url"])
    assert (ticket["status"], ticket["priority"], ticket["is_public"]) == ("new", "high", False)
    assert ticket["tags"] == ["failed", "payment", "vip"]
    assert ticket["organization_id"] == organization
    assert ticket == (await own_counter.read(f"tickets/{ticket['id']}"))["ticket"]
    assert audit["ticket_id"] == ticket["id"]
    assert {event["type"] for event in audit["events"]} == {"Comment", "Create"}
    (comment,) = (await own_counter.read(f"tickets/{ticket['id']}/comments"))["comments"]
    assert (comment["body"], comment["public"]) == ("We tried <twice>", False)
    assert "&lt;twice&gt;" in comment["html_body"]
    assert comment["metadata"]["custom"] == {"run": "r1"}
    author = (await own_counter.read(f"users/{comment['author_id']}"))["user"]
    assert (author["role"], author["email"]) == ("agent", own_counter.practice.keys.zendesk.email)
    assert ticket["id"] > max(own_counter.practice.world.cases)


async def test_a_requester_by_address_is_found_or_made(own_counter: Counter) -> None:
    person = next(iter(own_counter.practice.world.people.values()))
    known = await own_counter.ticket(requester={"name": "X", "email": person.email.upper()})
    assert known["requester_id"] == zendesk_id("user", person.number)
    assert known["organization_id"] == organization_of(person.account)
    new = await own_counter.ticket(requester={"name": "Robin Moss", "email": "robin@new.example"})
    user = (await own_counter.read(f"users/{new['requester_id']}"))["user"]
    assert (user["name"], user["role"], user["organization_id"]) == ("Robin Moss", "end-user", None)


async def test_the_same_key_and_body_get_the_first_answer_again(own_counter: Counter) -> None:
    body = {"ticket": {"comment": {"body": "Help"}}}
    status, said, headers = await own_counter.sent("POST", "tickets", body, **{KEY: "run-1.step"})
    assert (status, headers["x-idempotency-lookup"]) == (201, "miss")
    await own_counter.send("PUT", f"tickets/{said['ticket']['id']}", {"ticket": {"priority": "urgent"}})
    status, again, headers = await own_counter.sent("POST", "tickets.json", body, **{KEY: "run-1.step"})
    assert (status, again, headers["x-idempotency-lookup"]) == (201, said, "hit")
    assert headers["Location"] == said["ticket"]["url"]
    body["ticket"]["comment"]["body"] = "Other"
    status, refused = await own_counter.send("POST", "tickets", body, **{KEY: "run-1.step"})
    assert (status, refused["error"]) == (400, "IdempotentRequestError")
    assert (await own_counter.send("POST", "tickets", body, **{KEY: "x" * 256}))[0] == 400
    keys = [call.key for call in own_counter.practice.calls["zendesk"].since(None) if call.method == "POST"]
    assert keys.count("run-1.step") == 3


async def test_a_key_is_only_remembered_of_a_ticket_that_was_made(own_counter: Counter) -> None:
    status, _ = await own_counter.send("POST", "tickets", {"ticket": {}}, **{KEY: "k"})
    assert status == 422
    status, _, headers = await own_counter.sent(
        "POST", "tickets", {"ticket": {"comment": {"body": "Help"}}}, **{KEY: "k"}
    )
    assert (status, headers["x-idempotency-lookup"]) == (201, "miss")


async def test_fifty_creations_at_once_with_one_key_make_one_ticket(own_counter: Counter) -> None:
    body = {"ticket": {"comment": {"body": "Help"}, "external_id": "once"}}
    answers = await asyncio.gather(
        *(own_counter.sent("POST", "tickets", body, **{KEY: "k"}) for _ in range(50))
    )
    assert Tally(headers["x-idempotency-lookup"] for _, _, headers in answers) == {"miss": 1, "hit": 49}
    assert len((await own_counter.read("tickets?external_id=once"))["tickets"]) == 1


async def test_an_external_id_is_not_unique_among_tickets(own_counter: Counter) -> None:
    made = [await own_counter.ticket(external_id="evt_1") for _ in range(2)]
    found = (await own_counter.read("tickets.json?external_id=evt_1"))["tickets"]
    assert [one["id"] for one in found] == [one["id"] for one in made]
    many = await own_counter.read("tickets/show_many?external_ids=evt_1,evt_2")
    assert many["count"] == 2


async def test_a_new_ticket_is_in_the_database_at_once_and_in_the_index_later(own_counter: Counter) -> None:
    made = await own_counter.ticket(external_id="evt_1")
    await own_counter.control("/faults", fault="search_lags")
    search = "search?query=type:ticket%20external_id:evt_1"
    assert (await own_counter.read(search))["count"] == 0
    assert [one["id"] for one in (await own_counter.read("tickets?external_id=evt_1"))["tickets"]] == [
        made["id"]
    ]
    own_counter.practice.clock.advance(3_601)
    assert (await own_counter.read(search))["count"] == 1


async def test_a_write_whose_answer_is_cut_off_is_done_once(own_counter: Counter) -> None:
    await own_counter.control("/faults", fault="commit_then_cut", calls=1)
    with pytest.raises(aiohttp.ClientError):
        await own_counter.ticket(external_id="evt_1")
    assert len((await own_counter.read("tickets?external_id=evt_1"))["tickets"]) == 1
    await own_counter.control("/faults", fault="cut_before", calls=1)
    with pytest.raises(aiohttp.ClientError):
        await own_counter.ticket(external_id="evt_2")
    assert (await own_counter.read("tickets?external_id=evt_2"))["tickets"] == []


async def test_a_row_that_somebody_holds_is_a_conflict_for_now(own_counter: Counter) -> None:
    await own_counter.control("/faults", fault="locked_row", calls=1)
    assert (await own_counter.ask("tickets"))[0] == 200
    status, said = await own_counter.send("POST", "tickets", {"ticket": {"comment": {"body": "Help"}}})
    assert (status, said["error"]) == (409, "DatabaseConflict")


async def test_a_changed_ticket_keeps_the_rest(own_counter: Counter) -> None:
    before = await own_counter.ticket(tags=["one", "two"], priority="low")
    own_counter.practice.clock.advance(5)
    given = {
        "status": "pending",
        "priority": "URGENT",
        "additional_tags": ["three"],
        "remove_tags": ["one"],
        "comment": {"body": "We look into it"},
        "custom_fields": [
            {"id": before["custom_fields"][0]["id"], "value": "acc_1"},
            {"id": 1, "value": "x"},
        ],
    }
    status, said = await own_counter.send("PUT", f"tickets/{before['id']}.json", {"ticket": given})
    after = said["ticket"]
    assert status == 200
    assert (after["status"], after["priority"], after["tags"]) == ("pending", "urgent", ["three", "two"])
    assert [field["value"] for field in after["fields"]] == ["acc_1", None, None]
    moved = {name for name in after if after[name] != before[name]}
    assert moved - {"custom_status_id", "custom_fields", "fields"} == {
        "status", "priority", "tags", "updated_at", "generated_timestamp",
    }  # fmt: skip
    assert {event.get("field_name") for event in said["audit"]["events"]} == {
        None,
        "status",
        "priority",
        "tags",
    }
    comments = (await own_counter.read(f"tickets/{before['id']}/comments"))["comments"]
    assert [one["body"] for one in comments] == ["Help", "We look into it"]


async def test_a_ticket_that_is_solved_has_somebody_who_solved_it(own_counter: Counter) -> None:
    made = await own_counter.ticket()
    _, said = await own_counter.send("PUT", f"tickets/{made['id']}", {"ticket": {"status": "solved"}})
    assert said["ticket"]["assignee_id"] is not None


async def test_nothing_moves_when_nothing_changed(own_counter: Counter) -> None:
    made = await own_counter.ticket(priority="low")
    own_counter.practice.clock.advance(5)
    _, said = await own_counter.send("PUT", f"tickets/{made['id']}", {"ticket": {"priority": "low"}})
    assert (said["ticket"], said["audit"]["events"]) == (made, [])
    assert list(own_counter.practice.calls["zendesk"].since(None))[-1].effect is False


async def test_a_closed_ticket_refuses_every_update(own_counter: Counter) -> None:
    id = zendesk_id("ticket", own_counter.case(status="closed").number)
    for method, path, body in (
        ("PUT", f"tickets/{id}", {"ticket": {"priority": "low"}}),
        ("PUT", f"tickets/{id}/tags", {"tags": ["late"]}),
    ):
        status, said = await own_counter.send(method, path, body)
        assert (status, said["error"]) == (422, "RecordInvalid")
        assert said["details"]["status"] == [{"description": "Status closed prevents ticket update"}]


async def test_a_safe_update_must_have_seen_the_last_change(own_counter: Counter) -> None:
    made = await own_counter.ticket()
    own_counter.practice.clock.advance(5)
    safe = {"safe_update": True, "updated_stamp": made["updated_at"]}
    path = f"tickets/{made['id']}"
    assert (await own_counter.send("PUT", path, {"ticket": {"priority": "low", **safe}}))[0] == 200
    status, said = await own_counter.send("PUT", path, {"ticket": {"priority": "high", **safe}})
    assert (status, said["error"]) == (409, "UpdateConflict")
    assert (await own_counter.send("PUT", path + "/tags", {"tags": ["x"], **safe}))[0] == 409


async def test_tags_are_set_added_and_taken_away(own_counter: Counter) -> None:
    made = await own_counter.ticket(tags=["one"])
    path = f"tickets/{made['id']}/tags"
    for method, tags, status, left in (
        ("PUT", ["two", "Three"], 200, ["one", "three", "two"]),
        ("DELETE", ["one", "nine"], 200, ["three", "two"]),
        ("POST", ["four"], 201, ["four"]),
    ):
        assert await own_counter.send(method, path, {"tags": tags}) == (status, {"tags": left})
    assert await own_counter.read(path + ".json") == {"tags": ["four"]}


async def test_thirty_updates_of_a_ticket_in_ten_minutes_are_enough(own_counter: Counter) -> None:
    made, other = await own_counter.ticket(), await own_counter.ticket()
    path = f"tickets/{made['id']}"
    statuses = [
        (await own_counter.send("PUT", path, {"ticket": {"comment": f"{place}"}}))[0] for place in range(30)
    ]
    assert set(statuses) == {200}
    status, said, headers = await own_counter.sent("PUT", path, {"ticket": {"comment": "31"}})
    assert (status, said["error"]) == (429, "APIRateLimitExceeded")
    assert 590 <= int(headers["Retry-After"]) <= 600
    assert (await own_counter.send("PUT", f"tickets/{other['id']}", {"ticket": {"comment": "1"}}))[0] == 200


def test_the_limit_of_updates_moves_with_time() -> None:
    busy = Busy()
    for place in range(MOST):
        busy.count("1", float(place))
    with pytest.raises(Refusal) as refused:
        busy.count("1", 100.0)
    assert refused.value.headers["Retry-After"] == "500"
    busy.count("1", SECONDS)
    with pytest.raises(Refusal):
        busy.count("1", SECONDS)


async def test_a_deleted_ticket_is_only_seen_by_the_export(own_counter: Counter) -> None:
    made = await own_counter.ticket(external_id="evt_1")
    start = made["generated_timestamp"] - 1
    assert await own_counter.send("DELETE", f"tickets/{made['id']}") == (204, None)
    assert (await own_counter.ask(f"tickets/{made['id']}"))[0] == 404
    assert (await own_counter.read("tickets?external_id=evt_1"))["tickets"] == []
    own_counter.practice.clock.advance(120)
    shown = (await own_counter.read(f"incremental/tickets/cursor?start_time={start}"))["tickets"]
    assert [one["status"] for one in shown if one["id"] == made["id"]] == ["deleted"]


async def test_an_export_shows_changes_of_one_moment_page_by_page(own_counter: Counter) -> None:
    own_counter.practice.clock.advance(1)
    records = [{"comment": {"body": f"Help {place}"}} for place in range(30)]
    await own_counter.send("POST", "tickets/create_many", {"tickets": records})
    own_counter.practice.clock.advance(120)
    newest = max(
        one["generated_timestamp"] for one in (await own_counter.read("tickets?sort=-updated_at"))["tickets"]
    )
    page = await own_counter.read(f"incremental/tickets/cursor?start_time={newest}&per_page=7")
    seen = page["tickets"]
    while not page["end_of_stream"]:
        page = await own_counter.read(page["after_url"])
        seen += page["tickets"]
    assert len({one["id"] for one in seen}) == len(seen) == 30
    assert len({one["generated_timestamp"] for one in seen}) == 1


@pytest.mark.parametrize(
    ("given", "field", "error"),
    [
        ({"comment": {"body": " "}}, "base", "BlankValue"),
        ({"priority": "asap"}, "priority", "InvalidValue"),
        ({"status": "done"}, "status", "InvalidValue"),
        ({"type": 5}, "type", "InvalidValue"),
        ({"requester_id": 5}, "requester", "InvalidValue"),
        ({"organization_id": "none"}, "organization", "InvalidValue"),
        ({"subject": "x" * 256}, "subject", "ValueTooLong"),
        ({"requester": {"email": "a@b.example"}}, "name", "BlankValue"),
    ],
)
async def test_what_cannot_be_is_refused_with_the_field(
    own_counter: Counter, given: dict[str, Any], field: str, error: str
) -> None:
    before = (await own_counter.read("tickets/count"))["count"]["value"]
    status, said = await own_counter.send(
        "POST", "tickets", {"ticket": {"comment": {"body": "Help"}, **given}}
    )
    assert (status, said["error"]) == (422, "RecordInvalid")
    assert said["details"][field][0]["error"] == error
    assert (await own_counter.read("tickets/count"))["count"]["value"] == before


@pytest.mark.parametrize("body", [None, [], {"ticket": "x"}, {"subject": "x"}])
async def test_a_body_without_a_ticket_is_refused(own_counter: Counter, body: Any) -> None:
    assert (await own_counter.send("POST", "tickets", body))[0] == 400


async def test_an_end_user_asks_for_their_own_organization(own_counter: Counter) -> None:
    person = next(iter(own_counter.practice.world.people.values()))
    other = next(one for one in own_counter.supported() if one.number != person.account)
    given = {
        "requester_id": zendesk_id("user", person.number),
        "organization_id": organization_of(other.number),
    }
    status, said = await own_counter.send(
        "POST", "tickets", {"ticket": {"comment": {"body": "Help"}, **given}}
    )
    assert (status, list(said["details"])) == (422, ["organization"])


async def test_a_write_needs_credentials(own_counter: Counter) -> None:
    async with own_counter.client.post(f"{own_counter.url}/api/v2/tickets", json={}) as answer:
        assert answer.status == 401


async def test_many_are_made_and_changed_in_the_background(own_counter: Counter) -> None:
    records = [{"comment": {"body": "Help"}}, {"subject": "Mute"}]
    status, said = await own_counter.send("POST", "tickets/create_many.json", {"tickets": records})
    job = said["job_status"]
    assert (status, job["status"], job["results"], job["total"]) == (200, "queued", None, 2)
    done = (await own_counter.read(f"job_statuses/{job['id']}.json"))["job_status"]
    made, failed = done["results"]
    assert (done["status"], made["success"], failed["success"]) == ("completed", True, False)
    assert failed["error"] == "RecordInvalid"
    change = {"ticket": {"additional_tags": ["bulk"]}}
    _, said = await own_counter.send("PUT", f"tickets/update_many?ids={made['id']},999999", change)
    done = (await own_counter.read(f"job_statuses/{said['job_status']['id']}"))["job_status"]
    assert [one["success"] for one in done["results"]] == [True, False]
    assert (await own_counter.read(f"tickets/{made['id']}"))["ticket"]["tags"] == ["bulk"]
    status, said = await own_counter.send("POST", "tickets/create_many", {"tickets": records * 51})
    assert (status, said["error"], said["max_count"]) == (400, "TooManyValues", 100)
    assert (await own_counter.ask("job_statuses/none"))[0] == 404


async def test_what_was_written_is_there_after_facts_changed_and_gone_after_a_reset(
    own_counter: Counter,
) -> None:
    made = await own_counter.ticket(external_id="evt_1")
    gone = await own_counter.ticket(external_id="evt_2")
    await own_counter.send("PUT", f"tickets/{made['id']}", {"ticket": {"comment": "Again"}})
    await own_counter.send("DELETE", f"tickets/{gone['id']}")
    own_counter.practice.changed()
    shown = (await own_counter.read("tickets?external_id=evt_1"))["tickets"]
    assert [one["id"] for one in shown] == [made["id"]]
    assert (await own_counter.read(f"tickets/{made['id']}/comments"))["count"] == 2
    assert (await own_counter.ask(f"tickets/{gone['id']}"))[0] == 404
    await own_counter.control("/reset")
    assert (await own_counter.ask(f"tickets/{made['id']}"))[0] == 404
    assert (await own_counter.ticket())["id"] > gone["id"]
