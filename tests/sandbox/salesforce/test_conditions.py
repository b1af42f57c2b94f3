"""Does a WHERE clause select what the SOQL reference says?"""

from datetime import UTC, datetime, timedelta

import pytest

from tests.sandbox.salesforce.conftest import Org


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ("WHERE Name = 'customer 2'", [2]),
        ("WHERE Name != 'Customer 2'", [1, 3]),
        ("WHERE Name <> 'Customer 2'", [1, 3]),
        ("WHERE Name LIKE 'CUST%1'", [1]),
        ("WHERE Name LIKE 'Customer _'", [1, 2, 3]),
        (r"WHERE Name LIKE 'Customer \_'", []),
        ("WHERE Name IN ('Customer 1', 'CUSTOMER 3')", [1, 3]),
        ("WHERE Name NOT IN ('Customer 1', 'Customer 3')", [2]),
        ("WHERE (NOT Name = 'Customer 1') AND (NOT Name = 'Customer 2')", [3]),
        ("WHERE Name = 'Customer 1' OR (Name > 'Customer 1' AND Name < 'Customer 3')", [1, 2]),
        ("WHERE ParentId != null", [2]),
        ("WHERE ParentId = null", [1, 3]),
        ("WHERE ParentId < 'x'", [2]),
        ("WHERE Parent.Name = 'Customer 1'", [2]),
        ("WHERE Parent.Owner.LastName = 'whitfield'", [2]),
        ("WHERE Parent.Name != 'Customer 1'", [1, 3]),
        ("WHERE Tax_Id__c != 'DE1'", [1, 2, 3]),
        ("WHERE Tax_Id__c NOT IN ('DE1')", [1, 2, 3]),
        ("WHERE Tax_Id__c LIKE '%'", []),
        ("WHERE IsDeleted = false", [1, 2, 3]),
        ("WHERE IsDeleted = TRUE", []),
        ("where Account.name = 'Customer 3'", [3]),
        ("WHERE CreatedDate >= 2025-10-16T02:00:00+02:00 AND CreatedDate <= 2025-10-16T00:00:00Z", [1, 2, 3]),
        ("WHERE CreatedDate < 2025-10-16T00:00:00.000+0000", []),
        ("ORDER BY Name DESC", [3, 2, 1]),
        ("ORDER BY ParentId, Name DESC", [3, 1, 2]),
        ("ORDER BY ParentId DESC NULLS LAST, Name DESC", [2, 3, 1]),
        ("ORDER BY ParentId ASC NULLS LAST, Name ASC", [2, 1, 3]),
        ("ORDER BY Name LIMIT 1 OFFSET 1", [2]),
        ("LIMIT 0", []),
    ],
)
async def test_a_condition_selects_these_accounts(org: Org, condition: str, numbers: list[int]) -> None:
    assert await org.names(condition) == [f"Customer {number}" for number in numbers]


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ("Amount = 59.97", [1, 3]),
        ("Amount > 59.97", [2]),
        ("Amount >= +59.97 AND Amount != 9000", [1, 3]),
        ("CloseDate = 2026-02-01", [1, 2, 3]),
        ("CloseDate < 2026-02-01", []),
        ("Contract.ContractNumber = '00000002'", [2]),
        ("IsWon = true AND Probability = 100", [1, 2, 3]),
    ],
)
async def test_a_condition_selects_these_deals(org: Org, condition: str, numbers: list[int]) -> None:
    answer = await org.query(f"SELECT Name FROM Opportunity WHERE {condition}")
    assert [record["Name"] for record in answer["records"]] == [f"Deal {number}" for number in numbers]


@pytest.mark.parametrize("literal", ["TODAY", "LAST_N_DAYS:0", "last_n_days:3"])
async def test_a_date_literal_follows_the_business_clock(org: Org, literal: str) -> None:
    org.world.accounts[1].changed = datetime.now(UTC) + timedelta(days=40)
    org.practice.changed()
    assert await org.names(f"WHERE LastModifiedDate = {literal}") == []
    org.practice.clock.advance(40 * 86_400)
    assert await org.names(f"WHERE LastModifiedDate = {literal}") == ["Customer 1"]


@pytest.mark.parametrize(
    ("operator", "days"),
    [("<", [-3]), ("<=", [-3, -2, 0]), (">", [1]), (">=", [-2, 0, 1]), ("=", [-2, 0]), ("!=", [-3, 1])],
)
async def test_a_span_of_days_is_compared_by_its_edges(org: Org, operator: str, days: list[int]) -> None:
    today = org.practice.clock.now().date()
    for number, distance in enumerate((-3, -2, 0, 1), start=1):
        deal = org.world.opportunities.setdefault(number, org.world.opportunities[1].__class__(
            number, 1, "Deal 4", "Closed Won", True, True, today, "USD", [], None,
            org.world.anchor, org.world.anchor,
        ))  # fmt: skip
        deal.close_date = today + timedelta(days=distance)
    org.practice.changed()
    found = await org.query(f"SELECT CloseDate FROM Opportunity WHERE CloseDate {operator} LAST_N_DAYS:2")
    closed = [record["CloseDate"] for record in found["records"]]
    assert closed == [f"{today + timedelta(days=distance):%Y-%m-%d}" for distance in days]


async def test_an_id_is_found_by_15_and_by_18_characters_of_any_case(org: Org) -> None:
    (row,) = (await org.query("SELECT Id FROM Account WHERE Name = 'Customer 3'"))["records"]
    for written in (row["Id"], row["Id"].lower(), row["Id"][:15]):
        assert await org.names(f"WHERE Id = '{written}'") == ["Customer 3"]
    assert await org.names(f"WHERE Id = '{row['Id'][:15].swapcase()}'") == []


async def test_quotes_and_backslashes_in_a_name_are_escaped(org: Org) -> None:
    org.world.accounts[1].name = "O'Brien \\ Sons 100%"
    org.practice.changed()
    assert await org.names(r"WHERE Name = 'O\'Brien \\ Sons 100%'") == ["O'Brien \\ Sons 100%"]
    assert await org.names(r"WHERE Name LIKE '%100\%'") == ["O'Brien \\ Sons 100%"]
