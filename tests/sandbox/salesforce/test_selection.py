"""Do selected records read like the vendor's, and are wrong statements refused in its words?"""

import pytest

from tests.sandbox.salesforce.conftest import Org


async def test_a_record_begins_with_its_type_and_path(org: Org) -> None:
    answer = await org.query("select id, name FROM account WHERE Name = 'Customer 1'")
    (record,) = answer["records"]
    assert (answer["totalSize"], answer["done"]) == (1, True)
    assert list(record) == ["attributes", "Id", "Name"]
    assert record["attributes"] == {
        "type": "Account",
        "url": f"/services/data/v66.0/sobjects/Account/{record['Id']}",
    }


async def test_parents_are_nested_and_null_without_one(org: Org) -> None:
    answer = await org.query("SELECT Name, Parent.Name, Parent.Owner.Name FROM Account ORDER BY Name LIMIT 2")
    first, second = answer["records"]
    assert first["Parent"] is None
    assert list(second["Parent"]) == ["attributes", "Name", "Owner"]
    assert second["Parent"]["Owner"]["Name"] == "Dana Whitfield"


async def test_children_are_a_result_of_their_own_and_null_when_there_are_none(org: Org) -> None:
    answer = await org.query(
        "SELECT Name, (SELECT Name FROM ChildAccounts), (SELECT Email FROM Contacts LIMIT 5) "
        "FROM Account ORDER BY Name LIMIT 2"
    )
    first, second = answer["records"]
    assert (first["ChildAccounts"]["totalSize"], first["ChildAccounts"]["done"]) == (1, True)
    assert [child["Name"] for child in first["ChildAccounts"]["records"]] == ["Customer 2"]
    assert second["ChildAccounts"] is None
    assert second["Contacts"]["records"][0]["Email"] == "ava@customer-2.example"


async def test_a_deal_reads_with_its_lines_and_its_contract(org: Org) -> None:
    answer = await org.query(
        "SELECT Amount, CurrencyIsoCode, Account.Name, Contract.ContractNumber, "
        "(SELECT ProductCode, Quantity, UnitPrice, TotalPrice, Product2.Name FROM OpportunityLineItems) "
        "FROM Opportunity WHERE Name = 'Deal 1'"
    )
    (deal,) = answer["records"]
    (line,) = deal["OpportunityLineItems"]["records"]
    assert (deal["Amount"], deal["CurrencyIsoCode"]) == (59.97, "USD")
    assert (deal["Account"]["Name"], deal["Contract"]["ContractNumber"]) == ("Customer 1", "00000001")
    assert (line["Quantity"], line["UnitPrice"], line["TotalPrice"]) == (3.0, 19.99, 59.97)
    assert line["Product2"]["Name"] == "Team"


async def test_yen_have_no_decimals(org: Org) -> None:
    response = await org.get("/query", params={"q": "SELECT Amount FROM Opportunity WHERE Name = 'Deal 2'"})
    assert '"Amount":9000}' in await response.text()


async def test_count_has_a_size_and_no_records(org: Org) -> None:
    answer = await org.query("SELECT COUNT() FROM Account WHERE Name LIKE '%1' OR Name LIKE '%2'")
    assert answer == {"totalSize": 2, "done": True, "records": []}


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("SELECT * FROM Account", "*"),
        ("SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'", "OR"),
        ("SELECT Id FROM Account WHERE NOT Name = 'a' AND Name = 'b'", "AND"),
        ("SELECT Id FROM Account WHERE Name = 'O'Brien'", "Brien"),
        ('SELECT Id FROM Account WHERE Name = "a"', '"'),
        ("SELECT Id FROM Account GROUP BY Id", "GROUP"),
        ("SELECT Id FROM Account FOR VIEW", "FOR"),
        ("SELECT Id FROM Account LIMIT 1 WHERE Name = 'a'", "WHERE"),
        ("SELECT Id FROM Account WHERE", "<EOF>"),
        ("UPDATE Account", "UPDATE"),
        ("SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact)", "SELECT"),
    ],
)
async def test_what_is_not_soql_is_malformed_at_the_place_where_it_stops(
    org: Org, text: str, token: str
) -> None:
    code, message = await org.refusal(text)
    assert code == "MALFORMED_QUERY"
    assert message.endswith(f"unexpected token: '{token}'")
    assert "ERROR at Row:1:Column:" in message


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("SELECT Nope FROM Account", "INVALID_FIELD", "No such column 'Nope' on entity 'Account'."),
        ("SELECT Parent.Nope FROM Account", "INVALID_FIELD", "No such column 'Nope' on entity 'Account'."),
        (
            "SELECT Nope.Name FROM Account",
            "INVALID_FIELD",
            "Didn't understand relationship 'Nope' in field path.",
        ),
        ("SELECT Id FROM Account WHERE Nope = 1", "INVALID_FIELD", "No such column 'Nope'"),
        ("SELECT Id FROM Account ORDER BY Nope", "INVALID_FIELD", "No such column 'Nope'"),
        ("SELECT Id FROM Nope", "INVALID_TYPE", "sObject type 'Nope' is not supported."),
        (
            "SELECT (SELECT Id FROM Contact) FROM Account",
            "INVALID_TYPE",
            "Didn't understand relationship 'Contact' in FROM part of query call.",
        ),
        ("SELECT Id, id FROM Account", "MALFORMED_QUERY", "duplicate field selected: Id"),
        (
            "SELECT Id FROM Account WHERE Name = 5",
            "INVALID_FIELD",
            "must be of type string and should be enclosed",
        ),
        (
            "SELECT Id FROM Opportunity WHERE Amount = '5'",
            "INVALID_FIELD",
            "must be of type currency and should not be enclosed",
        ),
        (
            "SELECT Id FROM Account WHERE CreatedDate > 2026-01-01",
            "INVALID_FIELD",
            "must be of type dateTime and should not be enclosed",
        ),
        (
            "SELECT Id FROM Opportunity WHERE Amount LIKE '5%'",
            "INVALID_QUERY_FILTER_OPERATOR",
            "currency field",
        ),
        ("SELECT Id FROM Opportunity WHERE CloseDate = 2026-02-30", "MALFORMED_QUERY", "Invalid date"),
        (
            "SELECT Id FROM Opportunity WHERE CloseDate = LAST_N_DAYS:9999999",
            "MALFORMED_QUERY",
            "Invalid date",
        ),
        (
            "SELECT Id FROM Account WHERE CreatedDate > 0001-01-01T00:00:00+14:00",
            "MALFORMED_QUERY",
            "Invalid date",
        ),
        ("SELECT Id FROM Account OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset"),
    ],
)
async def test_names_and_values_that_do_not_exist_are_refused(
    org: Org, text: str, code: str, words: str
) -> None:
    said, message = await org.refusal(text)
    assert said == code
    assert words in message


async def test_the_caret_stands_under_the_unknown_field(org: Org) -> None:
    _, message = await org.refusal("SELECT Id, Nope FROM Account")
    _, excerpt, caret, place, _ = message.split("\n")
    assert excerpt[caret.index("^") :].startswith("Nope")
    assert place == "ERROR at Row:1:Column:12"


async def test_a_query_without_text_is_malformed(org: Org) -> None:
    response = await org.get("/query/")
    assert response.status == 400
    assert (await response.json())[0]["errorCode"] == "MALFORMED_QUERY"
