"""How does one write a record into the practice NetSuite, once or twice?"""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.sandbox.netsuite.bodies import customer, invoice, line
from tests.sandbox.netsuite.conftest import RECORD, Erp

KEY = "acc_00000000000000000001"


async def test_an_upsert_makes_a_record_and_answers_with_its_address_alone(erp: Erp) -> None:
    response = await erp.put("/customer/eid:acc_new", customer())
    assert (response.status_code, response.content) == (204, b"")
    made = (await erp.get("/customer/eid:acc_new")).json()
    assert response.headers["Location"] == f"{erp.url}{RECORD}/customer/{made['id']}"
    assert (made["externalId"], made["entityId"]) == ("acc_new", f"CUST{int(made['id']) - 1_000:05d}")
    assert (made["companyName"], made["currency"]["refName"], made["balance"]) == (
        "Wren & Co",
        "US Dollar",
        0.0,
    )
    assert await erp.rows("SELECT companyname, email FROM customer WHERE externalid = 'acc_new'") == [
        {"companyname": "Wren & Co", "email": "pay@wren.example"}
    ]


async def test_a_second_upsert_changes_what_it_says_and_nothing_else(erp: Erp) -> None:
    first = await erp.written("/customer/eid:acc_new", customer())
    changed = await erp.written("/customer/eid:acc_new", {"email": "money@wren.example"})
    assert (changed["id"], changed["email"], changed["companyName"]) == (
        first["id"],
        "money@wren.example",
        "Wren & Co",
    )
    assert await erp.ids("customer", 'externalId IS "acc_new"') == [int(first["id"])]


async def test_fifty_upserts_at_once_make_one_record(erp: Erp) -> None:
    async def until_let_in() -> httpx.Response:
        """Over the account's slots a call is refused; then it comes again, as a careful caller does."""
        while True:
            response = await erp.put("/invoice/eid:in_1", invoice(), replace="item")
            if response.status_code != 429:
                return response

    responses = await asyncio.gather(*(until_let_in() for _ in range(50)))
    assert {response.status_code for response in responses} == {204}
    assert len({response.headers["Location"] for response in responses}) == 1
    assert len(await erp.ids("invoice", 'externalId IS "in_1"')) == 1
    made = (await erp.get("/invoice/eid:in_1", expandSubResources="true")).json()
    assert (made["total"], made["item"]["totalResults"]) == (100.0, 1)


async def test_lines_are_added_unless_the_sublist_is_replaced(erp: Erp) -> None:
    first = await erp.written("/invoice/eid:in_1", invoice())
    twice = await erp.written("/invoice/eid:in_1", invoice(line(50)))
    assert (first["total"], twice["total"], twice["item"]["totalResults"]) == (100.0, 150.0, 2)
    changed = await erp.written("/invoice/eid:in_1", invoice(line(70, line=2)))
    assert (changed["total"], changed["item"]["totalResults"]) == (170.0, 2)
    replaced = await erp.written("/invoice/eid:in_1", invoice(line(30)), replace="item")
    assert (replaced["total"], replaced["item"]["totalResults"]) == (30.0, 1)


async def test_a_post_makes_a_record_each_time(erp: Erp) -> None:
    first, second = await erp.post("/invoice", invoice()), await erp.post("/invoice", invoice())
    assert (first.status_code, second.status_code) == (204, 204)
    assert first.headers["Location"] != second.headers["Location"]


@pytest.mark.parametrize(
    ("type", "body", "what"),
    [("customer", customer(), "entity"), ("invoice", invoice(), "record")],
)
async def test_a_post_under_a_taken_external_id_is_refused(
    erp: Erp, type: str, body: dict[str, Any], what: str
) -> None:
    body = body | {"externalId": "taken"}
    assert (await erp.post(f"/{type}", body)).status_code == 204
    assert erp.refusal(await erp.post(f"/{type}", body)) == (
        400,
        f"Error while accessing a resource. This {what} already exists.",
        "USER_ERROR",
        None,
    )
    assert len(await erp.ids(type, 'externalId IS "taken"')) == 1


async def test_a_patch_changes_a_record_found_by_either_id(erp: Erp) -> None:
    assert (await erp.patch("/customer/1001", {"email": "new@customer-1.example"})).status_code == 204
    assert (await erp.patch(f"/customer/eid:{KEY}", {"comments": "careful"})).status_code == 204
    made = (await erp.get("/customer/1001")).json()
    assert (made["email"], made["comments"], made["companyName"]) == (
        "new@customer-1.example",
        "careful",
        "Customer 1",
    )


async def test_null_empties_a_field(erp: Erp) -> None:
    await erp.patch("/customer/1002", {"parent": None})
    assert "parent" not in (await erp.get("/customer/1002")).json()


async def test_an_external_id_can_be_changed_to_one_that_is_free(erp: Erp) -> None:
    assert (await erp.patch("/customer/1001", {"externalId": "other"})).status_code == 204
    assert (await erp.get(f"/customer/eid:{KEY}")).status_code == 404
    taken = await erp.patch("/customer/1002", {"externalId": "other"})
    assert erp.refusal(taken)[1].endswith("This entity already exists.")


async def test_a_write_moves_the_change_stamp(erp: Erp) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    await erp.patch("/customer/1001", {"comments": "seen"})
    stamp = (await erp.get("/customer/1001")).json()["lastModifiedDate"]
    assert before <= datetime.fromisoformat(stamp) <= datetime.now(UTC)


async def test_unknown_fields_are_passed_over_unless_the_caller_wants_to_know(erp: Erp) -> None:
    body = customer(shoeSize=44)
    assert (await erp.post("/customer", body)).status_code == 204
    refused = await erp.client.post(
        f"{RECORD}/customer", json=body, headers={"X-NetSuite-PropertyNameValidation": "Error"}
    )
    assert erp.refusal(refused)[::2] == (400, "INVALID_CONTENT")
    assert erp.refusal(refused)[3] == "shoeSize"
    nested = await erp.client.put(
        f"{RECORD}/invoice/eid:in_1",
        json=invoice(line(shoeSize=44)),
        headers={"X-NetSuite-PropertyNameValidation": "error"},
    )
    assert erp.refusal(nested)[3] == "item.items[0].shoeSize"
    odd = await erp.client.post(
        f"{RECORD}/customer", json=body, headers={"X-NetSuite-PropertyNameValidation": "maybe"}
    )
    assert odd.json()["o:errorDetails"][0]["o:errorHeader"] == "X-NetSuite-PropertyNameValidation"


async def test_what_a_read_shows_can_be_sent_back(erp: Erp) -> None:
    shown = (await erp.get("/customer/1001")).json()
    response = await erp.client.put(
        f"{RECORD}/customer/eid:{KEY}",
        json=shown
        | {"addressBook": {"items": []}, "currencyList": {"items": []}, "taxRegistration": {"items": []}},
        headers={"X-NetSuite-PropertyNameValidation": "Error"},
    )
    assert response.status_code == 204, response.text


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"email": 7}, "email"),
        ({"isInactive": "yes"}, "isInactive"),
        ({"terms": {"name": "Net 30"}}, "terms"),
        ({"creditHoldOverride": {"id": "MAYBE"}}, "creditHoldOverride"),
        ({"addressBook": [1]}, "addressBook"),
        ({"addressBook": {"items": [7]}}, "addressBook.items[0]"),
        ({"addressBook": {"items": [{"addressBookAddress": {"country": {"id": "Utopia"}}}]}},
         "addressBook.items[0].country"),
    ],
)  # fmt: skip
async def test_a_value_that_the_field_cannot_hold_is_refused_with_its_place(
    erp: Erp, body: dict[str, Any], path: str
) -> None:
    status, _, code, at = erp.refusal(await erp.patch("/customer/1001", body))
    assert (status, code, at) == (400, "INVALID_CONTENT", path)


async def test_a_reference_to_nothing_is_refused(erp: Erp) -> None:
    assert erp.refusal(await erp.patch("/customer/1001", {"parent": {"id": "4711"}})) == (
        400,
        "Error while accessing a resource."
        " You have entered an Invalid Field Value 4711 for the following field: parent",
        "USER_ERROR",
        "parent",
    )


async def test_what_must_be_set_is_named(erp: Erp) -> None:
    status, detail, code, _ = erp.refusal(await erp.post("/customer", {"email": "a@b.example"}))
    assert (status, code) == (400, "USER_ERROR")
    assert detail.endswith("Please enter value(s) for: Company Name, Primary Subsidiary.")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"payment": NaN}', b"\xff", b"[" * 100_000])
async def test_a_body_that_is_no_record_is_refused(erp: Erp, body: bytes) -> None:
    response = await erp.client.put(f"{RECORD}/customer/eid:x", content=body)
    assert erp.refusal(response)[::2] == (400, "INVALID_CONTENT")


async def test_an_external_id_has_letters_digits_and_two_marks(erp: Erp) -> None:
    response = await erp.client.put(f"{RECORD}/customer/eid:a.b", json=customer())
    assert erp.refusal(response)[2] == "INVALID_ID"
    other = await erp.put("/customer/eid:a", customer(externalId="b"))
    assert erp.refusal(other)[3] == "externalId"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/customer/1001"),
        ("POST", "/currency"),
        ("PATCH", "/subsidiary/1"),
        ("DELETE", "/account/201"),
    ],
)
async def test_what_cannot_be_written_is_refused(erp: Erp, method: str, path: str) -> None:
    assert (await erp.client.request(method, RECORD + path, json={})).status_code == 405


async def test_nobody_writes_without_a_token(stranger: Erp) -> None:
    assert (await stranger.put("/customer/eid:x", customer())).status_code == 401
    assert stranger.practice.calls["netsuite"].since(None).__next__().effect is False


async def test_a_record_can_be_deleted_unless_others_depend_on_it(erp: Erp) -> None:
    await erp.put("/customer/eid:acc_new", customer())
    assert (await erp.client.delete(f"{RECORD}/customer/eid:acc_new")).status_code == 204
    assert (await erp.get("/customer/eid:acc_new")).status_code == 404
    assert await erp.rows("SELECT id FROM customer WHERE externalid = 'acc_new'") == []
    assert (await erp.client.delete(f"{RECORD}/customer/eid:acc_new")).status_code == 404
    refused = await erp.client.delete(f"{RECORD}/customer/1001")
    assert erp.refusal(refused)[1].endswith("This record cannot be deleted because it has dependent records.")


async def test_a_new_name_shows_wherever_the_customer_does(erp: Erp) -> None:
    await erp.patch("/customer/1001", {"companyName": "Renamed"})
    assert (await erp.get("/invoice/2000001")).json()["entity"]["refName"] == "Renamed"
    assert (await erp.get("/customer/1002")).json()["parent"]["refName"] == "Renamed"
    for table, column in (("transaction", "entity"), ("contact", "company"), ("customer", "parent")):
        rows = await erp.rows(f"SELECT BUILTIN.DF({column}) AS name FROM {table} WHERE {column} = 1001")
        assert {row["name"] for row in rows} == {"Renamed"}


async def test_a_number_is_never_given_twice(erp: Erp) -> None:
    first = await erp.post("/customer", customer())
    await erp.client.delete(first.headers["Location"])
    second = await erp.post("/customer", customer())
    assert first.headers["Location"] != second.headers["Location"]


async def test_addresses_and_tax_numbers_are_kept_with_the_customer(erp: Erp) -> None:
    home = {"addr1": "5 Elm Road", "city": "Bath", "zip": "BA1", "country": {"id": "GB"}}
    made = await erp.written(
        "/customer/eid:acc_new",
        customer(
            terms={"id": "31"},
            addressBook={"items": [{"defaultBilling": True, "addressBookAddress": home}]},
            taxRegistration={"items": [{"nexusCountry": {"id": "GB"}, "taxRegistrationNumber": "GB1"}]},
        ),
    )
    assert (made["defaultTaxReg"]["refName"], made["terms"]["refName"]) == ("GB1", "Net 30")
    q = (
        "SELECT a.addr1, a.country, a.addressee FROM customeraddressbook b"
        " JOIN customeraddressbookentityaddress a ON a.nkey = b.addressbookaddress"
        f" WHERE b.entity = {made['id']} AND b.defaultbilling = 'T'"
    )
    assert await erp.rows(q) == [{"addr1": "5 Elm Road", "country": "GB", "addressee": "Wren & Co"}]
