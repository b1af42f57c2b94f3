"""Which queries does the practice NetSuite answer, and how?"""

import pytest

from sandbox.netsuite.suiteql import understood
from tests.sandbox.netsuite.conftest import SUITEQL, Erp
from tests.sandbox.netsuite.erp_world import add_customers

PREFIX = "Invalid search query. Detailed unprocessed description follows. "


async def test_values_are_texts_names_are_small_and_what_is_unset_is_left_out(erp: Erp) -> None:
    q = "SELECT ID, CompanyName, Parent FROM Customer WHERE id IN (1001, 1002) ORDER BY ID DESC"
    assert await erp.rows(q) == [
        {"id": "1002", "companyname": "Customer 2", "parent": "1001"},
        {"id": "1001", "companyname": "Customer 1"},
    ]


async def test_each_item_has_its_links_and_the_page_its_frame(erp: Erp) -> None:
    page = (await erp.suiteql("SELECT id FROM customer ORDER BY id", limit="3")).json()
    assert page["items"][0] == {"links": [], "id": "1001"}
    assert (page["count"], page["hasMore"], page["offset"], page["totalResults"]) == (3, True, 0, 4)
    assert {link["rel"]: link["href"] for link in page["links"]}["next"].endswith("/suiteql?limit=3&offset=3")


async def test_pages_follow_one_another_without_gap(erp: Erp) -> None:
    add_customers(erp.world, 1_500)
    erp.reopen()
    found: list[str] = []
    for offset in ("0", "1000", "2000"):
        page = (await erp.suiteql("SELECT id FROM customer ORDER BY id", offset=offset)).json()
        found += [item["id"] for item in page["items"]]
    assert (len(found), len(set(found)), page["totalResults"]) == (1_504, 1_504, 1_504)


async def test_the_head_of_every_kind_of_transaction(erp: Erp) -> None:
    q = (
        "SELECT id, type, tranid, status, BUILTIN.DF(status) AS shown, foreigntotal, foreignamountunpaid"
        " FROM transaction WHERE entity = 1001 ORDER BY id"
    )
    assert await erp.rows(q) == [
        {
            "id": "1000001",
            "type": "SalesOrd",
            "tranid": "SO10001",
            "status": "G",
            "shown": "Sales Order : Billed",
            "foreigntotal": "100",
        },
        {
            "id": "2000001",
            "type": "CustInvc",
            "tranid": "INV10001",
            "status": "B",
            "shown": "Invoice : Paid In Full",
            "foreigntotal": "105",
            "foreignamountunpaid": "0",
        },
        {
            "id": "2000002",
            "type": "CustInvc",
            "tranid": "INV10002",
            "status": "A",
            "shown": "Invoice : Open",
            "foreigntotal": "105.01",
            "foreignamountunpaid": "105.01",
        },
        {
            "id": "3000001",
            "type": "CustPymt",
            "tranid": "PYMT1",
            "status": "C",
            "shown": "Payment : Deposited",
            "foreigntotal": "105",
        },
    ]


async def test_dates_come_in_the_accounts_format_unless_the_query_formats_them(erp: Erp) -> None:
    q = (
        "SELECT trandate, lastmodifieddate, TO_CHAR(trandate, 'YYYY-MM-DD') AS day,"
        ' TO_CHAR(lastmodifieddate, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\') AS moment'
        " FROM transaction WHERE id = 2000001"
    )
    assert await erp.rows(q) == [
        {
            "trandate": "9/1/2026",
            "lastmodifieddate": "9/30/2026",
            "day": "2026-09-01",
            "moment": "2026-09-30T08:30:15Z",
        }
    ]


@pytest.mark.parametrize(
    "condition",
    [
        "trandate >= TO_DATE('2026-09-02', 'YYYY-MM-DD')",
        "trandate >= '09/02/2026'",
        "trandate BETWEEN '9/2/2026' AND TO_DATE('2026-12-31', 'YYYY-MM-DD')",
        "TO_CHAR(trandate, 'DD') IN ('02', '03')",
    ],
)
async def test_dates_are_compared_as_dates(erp: Erp, condition: str) -> None:
    q = f"SELECT id FROM transaction WHERE type = 'CustInvc' AND {condition} ORDER BY id"
    assert await erp.rows(q) == [{"id": "2000002"}, {"id": "2000003"}]


async def test_moments_are_compared_to_the_second(erp: Erp) -> None:
    form = '\'YYYY-MM-DD"T"HH24:MI:SS"Z"\''
    for after, found in (("08:30:14", 1), ("08:30:15", 0)):
        q = (
            "SELECT id FROM transaction WHERE id = 2000001"
            f" AND lastmodifieddate > TO_TIMESTAMP('2026-09-30T{after}Z', {form})"
        )
        assert len(await erp.rows(q)) == found


async def test_a_status_may_be_asked_for_with_its_type(erp: Erp) -> None:
    q = "SELECT t.id FROM transaction t WHERE t.status IN ('CustInvc:A', 'SalesOrd:A') ORDER BY t.id"
    assert await erp.rows(q) == [{"id": "2000002"}, {"id": "2000003"}]


async def test_what_is_sold_is_a_credit_below_the_main_line(erp: Erp) -> None:
    q = (
        "SELECT l.mainline, l.taxline, i.itemid, l.quantity, l.rate, l.foreignamount FROM transactionline l"
        " LEFT JOIN item i ON i.id = l.item WHERE l.transaction = 2000002 ORDER BY l.linesequencenumber"
    )
    assert await erp.rows(q) == [
        {"mainline": "T", "taxline": "F", "foreignamount": "105.01"},
        {
            "mainline": "F",
            "taxline": "F",
            "itemid": "TL-TEAM",
            "quantity": "-10",
            "rate": "10",
            "foreignamount": "-100",
        },
        {"mainline": "F", "taxline": "T", "foreignamount": "-5.01"},
    ]


async def test_the_lines_of_every_transaction_add_up_to_nothing(erp: Erp) -> None:
    q = "SELECT transaction, SUM(foreignamount) FROM transactionline GROUP BY transaction"
    rows = await erp.rows(q)
    assert len(rows) == 9
    assert {row["expr2"] for row in rows} == {"0"}


@pytest.mark.parametrize("table", ["previousTransactionLineLink", "nextTransactionLineLink"])
async def test_a_payment_is_linked_to_the_invoice_it_paid(erp: Erp, table: str) -> None:
    q = f"SELECT previousdoc, nextdoc, linktype, foreignamount FROM {table} WHERE nextdoc = 3000003"
    assert await erp.rows(q) == [
        {"previousdoc": "2000003", "nextdoc": "3000003", "linktype": "Payment", "foreignamount": "6000"}
    ]


async def test_the_ledger_is_summed_by_account(erp: Erp) -> None:
    q = (
        "SELECT a.acctnumber, SUM(NVL(l.debit, 0)) AS debit, SUM(NVL(l.credit, 0)) AS credit"
        " FROM transactionaccountingline l JOIN account a ON a.id = l.account"
        " JOIN transaction t ON t.id = l.transaction JOIN currency c ON c.id = t.currency"
        " WHERE c.symbol = 'USD' GROUP BY a.acctnumber ORDER BY a.acctnumber"
    )
    assert await erp.rows(q) == [
        {"acctnumber": "1000", "debit": "105", "credit": "0"},
        {"acctnumber": "1100", "debit": "210.01", "credit": "105"},
        {"acctnumber": "2200", "debit": "0", "credit": "10"},
        {"acctnumber": "2400", "debit": "0", "credit": "200.01"},
    ]


async def test_like_minds_case_and_upper_helps(erp: Erp) -> None:
    assert await erp.rows("SELECT id FROM customer WHERE companyname LIKE '%four%'") == []
    rows = await erp.rows("SELECT id FROM customer WHERE UPPER(companyname) LIKE UPPER('%four%') ORDER BY id")
    assert rows == [{"id": "1004"}, {"id": "101004"}]


async def test_names_of_what_a_column_points_to(erp: Erp) -> None:
    q = (
        "SELECT BUILTIN.DF(entity) AS who, BUILTIN.DF(currency) AS money, BUILTIN.DF(postingperiod) AS month,"
        " BUILTIN.DF(tranid) AS number FROM transaction WHERE id = 2000003"
    )
    assert await erp.rows(q) == [
        {"who": "Customer 2", "money": "Japanese Yen", "month": "Sep 2026", "number": "INV10003"}
    ]


@pytest.mark.parametrize(
    ("q", "rows"),
    [
        ("SELECT COUNT(*) AS n, MAX(id) AS last FROM customer", [{"n": "4", "last": "101004"}]),
        ("SELECT t.id, c.id FROM transaction t, customer c WHERE c.id = t.entity AND t.id = 2000003",
         [{"id": "2000003", "id_0": "1002"}]),
        ("SELECT id FROM customer WHERE id IN (SELECT entity FROM transaction WHERE tranid = 'INV10003')",
         [{"id": "1002"}]),
        ("SELECT id FROM customer WHERE id = '1002'", [{"id": "1002"}]),
        ("SELECT name FROM subsidiary WHERE country = 'JP'", [{"name": "Practice KK"}]),
        ("SELECT x.n FROM (SELECT COUNT(*) AS n FROM currency) x", [{"n": "7"}]),
        ("SELECT CASE WHEN isinactive = 'F' THEN 'live' ELSE 'gone' END AS state FROM customer"
         " WHERE id = 1001",
         [{"state": "live"}]),
        ("SELECT DISTINCT s.name || '!' AS name FROM customer c JOIN subsidiary s ON s.id = c.subsidiary"
         " WHERE NOT c.id = 1002", [{"name": "Practice Inc!"}]),
        ("SELECT periodname, closed FROM accountingperiod WHERE closed = 'T'",
         [{"periodname": "Sep 2026", "closed": "T"}]),
        ("SELECT entity, subsidiary FROM customersubsidiaryrelationship"
         " WHERE isprimarysub = 'T' AND entity = 1002",
         [{"entity": "1002", "subsidiary": "3"}]),
        ("SELECT entityid, company FROM contact", [{"entityid": "Ada Byron", "company": "1001"}]),
        ("SELECT name FROM term", [{"name": "Net 30"}]),
        ("SELECT a.addr1, a.zip, a.country FROM customeraddressbook b"
         " JOIN customeraddressbookentityaddress a ON a.nkey = b.addressbookaddress"
         " WHERE b.entity = 101004 AND b.defaultbilling = 'T'",
         [{"addr1": "1 Alder Street", "zip": "97205", "country": "US"}]),
        ("SELECT c.id, (SELECT TO_CHAR(MIN(t.trandate), 'YYYY-MM-DD') FROM transaction t"
         " WHERE t.entity = c.id AND t.type = 'SalesOrd') AS first FROM customer c WHERE c.id < 1003"
         " ORDER BY c.id",
         [{"id": "1001", "first": "2026-01-20"}, {"id": "1002"}]),
        ("SELECT id FROM customer WHERE id = 1001 UNION SELECT id FROM subsidiary WHERE id = 3 ORDER BY id",
         [{"id": "3"}, {"id": "1001"}]),
        ("SELECT id FROM customer c WHERE EXISTS (SELECT 1 FROM contact p WHERE p.company = c.id)",
         [{"id": "1001"}]),
        ("SELECT id FROM customer ORDER BY id FETCH FIRST 1 ROWS ONLY", [{"id": "1001"}]),
        ("SELECT entity, COUNT(*) AS n FROM transaction WHERE entity IS NOT NULL GROUP BY entity"
         " HAVING COUNT(*) > 3", [{"entity": "1001", "n": "4"}]),
        ("SELECT SUBSTR(tranid, 1, 3) AS a, LENGTH(TRIM(tranid)) AS b, ROUND(foreigntotal / 2, 1) AS c,"
         " ABS(-foreigntotal) AS d, LOWER(tranid) AS e FROM transaction WHERE id = 2000001",
         [{"a": "INV", "b": "8", "c": "52.5", "d": "105", "e": "inv10001"}]),
        ("SELECT AVG(id) AS n FROM subsidiary", [{"n": "2"}]),
        ("SELECT id FROM customer ORDER BY parent, id", [{"id": "1002"}, {"id": "1001"}, {"id": "1004"},
         {"id": "101004"}]),
    ],
)  # fmt: skip
async def test_a_query_of_the_stated_part_is_answered(erp: Erp, q: str, rows: list[dict[str, str]]) -> None:
    assert await erp.rows(q) == rows


async def test_a_star_shows_every_column_that_is_set(erp: Erp) -> None:
    (row,) = await erp.rows("SELECT * FROM subsidiary WHERE id = 3")
    assert (row["name"], row["country"], row["isinactive"]) == ("Practice KK", "JP", "F")
    assert not any(name.endswith("__df") for name in row)


async def test_an_unknown_table_is_named(erp: Erp) -> None:
    assert await erp.query_refusal("SELECT id FROM spaceship") == f"{PREFIX}Invalid search type: spaceship."


@pytest.mark.parametrize("column", ["shoesize", "c.shoesize", "rownum", "status__df"])
async def test_an_unknown_column_is_named_with_the_tables_there_are(erp: Erp, column: str) -> None:
    name = column.removeprefix("c.")
    assert await erp.query_refusal(f"SELECT {column} FROM customer c") == (
        f"{PREFIX}Search error occurred: Unknown identifier '{name}'."
        " Available identifiers are: {c=customer}"
    )


@pytest.mark.parametrize(
    "q",
    [
        "DELETE FROM customer",
        "UPDATE customer SET email = 'x'",
        "DROP TABLE customer",
        "SELECT id FROM customer; DELETE FROM customer",
        "SELECT id FROM",
        "SELECT 'x",
        "SELECT load_extension('x') FROM customer",
        "SELECT randomblob(1000000000) FROM customer",
        "WITH x AS (SELECT id FROM customer) SELECT id FROM x",
        "SELECT id FROM customer LIMIT 5",
        "SELECT name FROM sqlite_master",
        "SELECT id FROM main.customer",
        "SELECT BUILTIN.RELATIVE_RANGES(id) FROM customer",
        "SELECT BUILTIN.DF(id + 1) FROM customer",
        "SELECT id FROM customer, transaction",
        "SELECT c.id FROM customer c, transaction t WHERE c.id = t.entity(+)",
        "SELECT id FROM transaction WHERE trandate > 'yesterday'",
        "SELECT TO_CHAR(trandate, 'QQ') FROM transaction",
        "SELECT id FROM customer FETCH FIRST 10 PERCENT ROWS ONLY",
        "SELECT id FROM customer ORDER BY id FETCH FIRST 1 ROWS WITH TIES",
        "PRAGMA table_info(customer)",
        "SELECT " + "(" * 5_000 + "1" + ")" * 5_000 + " FROM customer",
    ],
)
async def test_what_is_not_of_the_stated_part_is_refused(erp: Erp, q: str) -> None:
    assert (await erp.query_refusal(q)).startswith(PREFIX)


async def test_a_query_that_never_ends_is_ended(erp: Erp) -> None:
    add_customers(erp.world, 900)
    erp.reopen()
    q = "SELECT COUNT(*) FROM customer a, customer b, customer c WHERE a.id + b.id + c.id < 0"
    assert (await erp.query_refusal(q)).startswith(PREFIX)
    assert await erp.rows("SELECT COUNT(*) AS n FROM customer") == [{"n": "904"}]


async def test_the_answer_must_be_asked_for_as_transient(erp: Erp) -> None:
    response = await erp.client.post(SUITEQL, json={"q": "SELECT id FROM customer"})
    assert (response.status_code, response.json()["o:errorDetails"][0]["o:errorCode"]) == (
        400,
        "INVALID_HEADER",
    )


@pytest.mark.parametrize("body", [b"", b"[]", b'{"q": 7}', b'{"q": " "}', b"\xff", b"{", b"[" * 100_000])
async def test_a_body_without_a_query_is_refused(erp: Erp, body: bytes) -> None:
    response = await erp.client.post(SUITEQL, content=body, headers={"Prefer": "transient"})
    assert response.status_code == 400


async def test_an_offset_must_be_a_multiple_of_the_limit(erp: Erp) -> None:
    response = await erp.suiteql("SELECT id FROM customer", limit="10", offset="5")
    assert response.json()["o:errorDetails"][0]["o:errorQueryParam"] == "offset"


@pytest.mark.parametrize(
    "q",
    [
        "SELECT id FROM customer WHERE id = {}",
        "SELECT id, {} FROM customer WHERE id IN ({}, {}) ORDER BY 1",
        "SELECT id FROM customer WHERE companyname = 'No {}: 1' OR id > {}.5 FETCH NEXT 10 ROWS ONLY",
        "SELECT id AS \"{}\" FROM customer WHERE id <> 0{} AND email = 'it''s {}'",
        "SELECT id FROM customer WHERE id = {} OR id = 7000000000000001 OR id = {}00000000000000000",
    ],
)
def test_a_question_asked_before_with_other_ids_keeps_its_own(q: str) -> None:
    told = {id: understood(q.format(id, id, id)) for id in ("1001", "1002", "99999")}
    assert len({query.sql for query in told.values()}) == len(told)
    assert len({query.sql.replace(id, "#") for id, query in told.items()}) == 1
    assert len({tuple(name.replace(id, "#") for name in query.columns) for id, query in told.items()}) == 1


@pytest.mark.parametrize("text", ["plain", "", "it''s", "a:b:c", "\\", "%_", "7000000000000001", "--", "{x}"])
def test_a_question_asked_before_with_another_text_keeps_its_own(text: str) -> None:
    told = understood(f"SELECT id FROM customer WHERE externalid = '{text}' AND id > 1001")
    assert told.sql.endswith(f'"externalid" = \'{text}\' AND "customer"."id" > 1001'), told.sql


async def test_a_quote_in_a_text_ends_nothing(erp: Erp) -> None:
    await erp.patch("/customer/1001", {"comments": "x", "companyName": "O'Hara' OR '1'='1"})
    for text, found in (("O''Hara'' OR ''1''=''1", 1), ("O''Hara", 0)):
        assert len(await erp.rows(f"SELECT id FROM customer WHERE companyname = '{text}'")) == found
