"""Does the practice Zendesk make and change organizations and users as Zendesk does?"""

import asyncio
from collections import Counter as Tally
from typing import Any

import pytest

from sandbox.ids import zendesk_id
from tests.sandbox.zendesk.counter import Counter, organization_of

UPSERT = "organizations/create_or_update"


async def test_an_organization_is_made_once_by_its_external_id_and_then_changed(own_counter: Counter) -> None:
    given = {
        "external_id": "acc_new",
        "name": "New Customer",
        "organization_fields": {"support_tier": "gold"},
    }
    status, said, headers = await own_counter.sent("POST", UPSERT + ".json", {"organization": given})
    made = said["organization"]
    assert (status, headers["Location"]) == (201, made["url"])
    own_counter.practice.clock.advance(5)
    given = {"external_id": "ACC_NEW", "name": "Renamed", "tags": ["vip"]}
    status, said = await own_counter.send("POST", UPSERT, {"organization": given})
    changed = said["organization"]
    assert (status, changed["id"], changed["name"], changed["tags"]) == (200, made["id"], "Renamed", ["vip"])
    assert changed["organization_fields"]["support_tier"] == "gold"
    assert changed["updated_at"] > made["updated_at"]
    listed = (await own_counter.read("organizations/show_many?external_ids=acc_new"))["organizations"]
    assert [one["id"] for one in listed] == [made["id"]]


async def test_fifty_upserts_at_once_make_one_organization(own_counter: Counter) -> None:
    body = {"organization": {"external_id": "acc_new", "name": "New Customer"}}
    answers = await asyncio.gather(*(own_counter.send("POST", UPSERT, body) for _ in range(50)))
    assert Tally(status for status, _ in answers) == {201: 1, 200: 49}
    assert len({said["organization"]["id"] for _, said in answers}) == 1


async def test_an_organization_is_found_by_its_id_first(own_counter: Counter) -> None:
    id = organization_of(own_counter.supported()[0].number)
    status, said = await own_counter.send(
        "POST", UPSERT, {"organization": {"id": id, "external_id": "acc_other"}}
    )
    assert (status, said["organization"]["id"], said["organization"]["external_id"]) == (200, id, "acc_other")


async def test_fields_are_changed_one_by_one_and_dates_are_midnights(own_counter: Counter) -> None:
    account = own_counter.supported()[0]
    path = f"organizations/{organization_of(account.number)}"
    before = (await own_counter.read(path))["organization"]
    own_counter.practice.clock.advance(5)
    fields = {"support_tier": "none", "entitlement_until": "2027-01-31T12:30:00Z", "unknown": "x"}
    status, said = await own_counter.send(
        "PUT", path + ".json", {"organization": {"organization_fields": fields}}
    )
    after = said["organization"]
    assert status == 200
    assert after["organization_fields"] == before["organization_fields"] | {
        "support_tier": "none",
        "entitlement_until": "2027-01-31T00:00:00+00:00",
    }
    assert {name for name in after if after[name] != before[name]} == {"organization_fields", "updated_at"}
    found = await own_counter.read("search?query=type:organization%20support_tier:none")
    assert after["id"] in {one["id"] for one in found["results"]}


async def test_tags_of_an_organization_are_added_and_taken_away(own_counter: Counter) -> None:
    path = f"organizations/{organization_of(own_counter.supported()[0].number)}/tags"
    before = (await own_counter.read(path))["tags"]
    _, said = await own_counter.send("PUT", path, {"tags": ["payment_late"]})
    assert said == {"tags": sorted([*before, "payment_late"])}
    _, said = await own_counter.send("DELETE", path, {"tags": ["payment_late"]})
    assert said == {"tags": sorted(before)}


@pytest.mark.parametrize(
    ("given", "field", "error"),
    [
        ({"external_id": "acc_new"}, "name", "BlankValue"),
        (
            {"name": "New", "organization_fields": {"entitlement_until": "soon"}},
            "entitlement_until",
            "InvalidValue",
        ),
        ({"name": "New", "organization_fields": 5}, "organization_fields", "InvalidValue"),
    ],
)
async def test_an_organization_that_cannot_be_is_refused(
    own_counter: Counter, given: dict[str, Any], field: str, error: str
) -> None:
    status, said = await own_counter.send("POST", "organizations", {"organization": given})
    assert (status, said["error"], said["details"][field][0]["error"]) == (422, "RecordInvalid", error)


async def test_names_and_external_ids_are_taken_once(own_counter: Counter) -> None:
    account = own_counter.supported()[0]
    taken = {"name": account.name.upper(), "external_id": account.key.upper()}
    status, said = await own_counter.send("POST", "organizations", {"organization": taken})
    assert status == 422
    assert {name: why[0]["error"] for name, why in said["details"].items()} == {
        "name": "DuplicateValue",
        "external_id": "DuplicateValue",
    }


async def test_a_deleted_organization_is_gone(own_counter: Counter) -> None:
    _, said = await own_counter.send("POST", "organizations", {"organization": {"name": "Short-lived"}})
    path = f"organizations/{said['organization']['id']}"
    assert await own_counter.send("DELETE", path) == (204, None)
    own_counter.practice.changed()
    assert (await own_counter.ask(path))[0] == 404


async def test_a_user_is_made_once_by_address_or_external_id(own_counter: Counter) -> None:
    organization = organization_of(own_counter.supported()[0].number)
    given = {"name": "Robin Moss", "email": "robin@new.example", "organization_id": organization}
    status, said = await own_counter.send("POST", "users/create_or_update", {"user": given})
    made = said["user"]
    assert (status, made["organization_id"], made["role"]) == (201, organization, "end-user")
    given = {"name": "Robin Fern", "email": "ROBIN@new.example", "external_id": "con_1"}
    status, said = await own_counter.send("POST", "users/create_or_update.json", {"user": given})
    assert (status, said["user"]["id"], said["user"]["external_id"]) == (200, made["id"], "con_1")
    status, said = await own_counter.send("PUT", f"users/{made['id']}", {"user": {"organization_id": None}})
    assert (status, said["user"]["organization_id"]) == (200, None)
    person = next(iter(own_counter.practice.world.people.values()))
    status, said = await own_counter.send("POST", "users", {"user": {"name": "X", "email": person.email}})
    assert (status, said["details"]["email"][0]["error"]) == (422, "DuplicateValue")


async def test_a_deleted_user_is_no_longer_active(own_counter: Counter) -> None:
    person = next(iter(own_counter.practice.world.people.values()))
    status, said = await own_counter.send("DELETE", f"users/{zendesk_id('user', person.number)}")
    assert (status, said["user"]["active"]) == (200, False)


async def test_users_stay_in_the_order_of_ids(own_counter: Counter) -> None:
    await own_counter.send("POST", "users", {"user": {"name": "Robin Moss"}})
    ids = []
    page = await own_counter.read("users?page[size]=100")
    while True:
        ids += [one["id"] for one in page["users"]]
        if not page["meta"]["has_more"]:
            break
        page = await own_counter.read(page["links"]["next"])
    assert ids == sorted(ids)


async def test_many_organizations_are_upserted_in_the_background(own_counter: Counter) -> None:
    known = own_counter.supported()[0]
    records = [
        {"external_id": known.key, "notes": "x"},
        {"external_id": "acc_new", "name": "New"},
        {"notes": "x"},
    ]
    _, said = await own_counter.send(
        "POST", "organizations/create_or_update_many", {"organizations": records}
    )
    job = (await own_counter.read(f"job_statuses/{said['job_status']['id']}"))["job_status"]
    assert [one.get("action") for one in job["results"]] == ["update", "create", None]
