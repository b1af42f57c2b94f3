"""Does the org hold what the world says, and nothing else?"""

from sandbox.ids import COPY, salesforce_id
from sandbox.salesforce.org import Org
from sandbox.salesforce.rendering import rendered
from sandbox.salesforce.row import Row
from sandbox.salesforce.schema import OBJECTS
from sandbox.world import World
from tests.sandbox.salesforce.small_world import a_world


def _accounts(world: World) -> dict[str, Row]:
    return {row["Id"]: row for row in Org(world).rows("Account")}


def test_every_row_has_exactly_the_fields_of_its_object() -> None:
    for name, rows in rendered(a_world()).items():
        assert rows or name == "Task", name
        expected = {field.name for field in OBJECTS[name].fields.values()}
        assert all(set(row) == expected for row in rows), name


def test_every_reference_leads_to_a_row() -> None:
    org = Org(a_world())
    dangling = [
        (name, field.name)
        for name, kind in OBJECTS.items()
        for field in kind.fields.values()
        for row in org.rows(name)
        if field.target and row[field.name] and org.row(field.target, row[field.name]) is None
    ]
    assert dangling == []


def test_an_account_carries_the_keys_and_what_other_systems_own() -> None:
    row = _accounts(a_world())[salesforce_id("Account", 1)]
    assert row["Global_Customer_Id__c"] == "acc_00000000000000000001"
    assert (row["Legal_Entity__c"], row["Support_Tier__c"], row["Segment__c"]) == ("US", "team", "small")
    assert (row["Subscription_Status__c"], row["Risk_Flag__c"]) == ("active", False)
    assert row["Payment_Terms__c"] == "Net 30"


def test_an_account_the_crm_does_not_know_is_not_there_nor_is_what_belongs_to_it() -> None:
    world = a_world()
    world.accounts[1].systems.discard("crm")
    org = Org(world)
    for name, field in (("Contact", "AccountId"), ("Opportunity", "AccountId"), ("Contract", "AccountId")):
        assert org.pointing_at(name, field, salesforce_id("Account", 1)) == []
    assert salesforce_id("Account", 1) not in _accounts(world)
    assert _accounts(world)[salesforce_id("Account", 2)]["ParentId"] is None


def test_what_the_crm_says_differently_is_said_here() -> None:
    world = a_world()
    world.accounts[1].said["crm"] = {"name": "Renamed", "tier": "gold", "status": "paused"}
    world.accounts[2].said["erp"] = {"name": "Only there"}
    rows = _accounts(world)
    first = rows[salesforce_id("Account", 1)]
    assert (first["Name"], first["Support_Tier__c"], first["Subscription_Status__c"]) == (
        "Renamed",
        "gold",
        "paused",
    )
    assert rows[salesforce_id("Account", 2)]["Name"] == "Customer 2"


def test_a_customer_held_twice_has_a_second_row_without_the_key() -> None:
    world = a_world()
    world.accounts[1].copies.add("crm")
    twin = _accounts(world)[salesforce_id("Account", 1 + COPY)]
    assert (twin["Name"], twin["Global_Customer_Id__c"]) == ("Customer 1 Inc", None)


def test_an_unknown_parent_is_an_id_that_no_row_has() -> None:
    world = a_world()
    world.accounts[1].parent = 777
    world.accounts[3].said["crm"] = {"parent": "900003"}
    rows = _accounts(world)
    parents = [rows[salesforce_id("Account", number)]["ParentId"] for number in (1, 3)]
    assert len(set(parents)) == 2
    assert all(parent and parent not in rows for parent in parents)


def test_a_world_renders_the_same_twice() -> None:
    assert rendered(a_world()) == rendered(a_world())
