"""Does a long result come in the vendor's pages?"""

import pytest

from tests.sandbox.salesforce.conftest import DATA, Org
from tests.sandbox.salesforce.small_world import an_account

NAMES = {"q": "SELECT Name FROM Account ORDER BY Name"}


@pytest.fixture
def crowded(org: Org) -> Org:
    """An org of 450 accounts."""
    org.world.accounts.update({number: an_account(number) for number in range(4, 451)})
    org.practice.changed()
    return org


@pytest.mark.parametrize(
    ("options", "sizes"),
    [
        (None, [450]),
        ("batchSize=200", [200, 200, 50]),
        ("batchSize=300", [300, 150]),
        ("batchSize=1", [200, 200, 50]),
        ("batchSize=450", [450]),
        ("batchSize=9000", [450]),
    ],
)
async def test_all_pages_together_are_the_result(crowded: Org, options: str | None, sizes: list[int]) -> None:
    headers = {"Sforce-Query-Options": options} if options else {}
    page = await (await crowded.get("/query/", params=NAMES, headers=headers)).json()
    found = [page["records"]]
    while not page["done"]:
        assert page["nextRecordsUrl"].startswith(f"{DATA}/query/01g")
        response = await crowded.get(page["nextRecordsUrl"].removeprefix(DATA))
        page = await response.json()
        found.append(page["records"])
    assert [len(records) for records in found] == sizes
    assert page["totalSize"] == 450
    assert "nextRecordsUrl" not in page
    assert len({record["Name"] for records in found for record in records}) == 450


async def test_a_result_stays_as_it_was_when_it_was_asked(crowded: Org) -> None:
    headers = {"Sforce-Query-Options": "batchSize=200"}
    page = await (await crowded.get("/query", params=NAMES, headers=headers)).json()
    crowded.world.accounts.clear()
    crowded.practice.changed()
    later = await crowded.get(page["nextRecordsUrl"].removeprefix(DATA).replace("query", "queryAll"))
    assert len((await later.json())["records"]) == 200


@pytest.mark.parametrize("locator", ["01ggL0000000001XXX-200", "nonsense", "01g-x"])
async def test_an_unknown_locator_is_refused(crowded: Org, locator: str) -> None:
    response = await crowded.get(f"/query/{locator}")
    (error,) = await response.json()
    assert (response.status, error["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")


async def test_a_page_past_the_end_and_a_forgotten_result_are_refused(crowded: Org) -> None:
    headers = {"Sforce-Query-Options": "batchSize=200"}
    first = await (await crowded.get("/query", params=NAMES, headers=headers)).json()
    following = first["nextRecordsUrl"].removeprefix(DATA)
    assert (await crowded.get(following.replace("-200", "-450"))).status == 400
    for _ in range(50):
        await crowded.get("/query", params=NAMES, headers=headers)
    assert (await crowded.get(following)).status == 400
