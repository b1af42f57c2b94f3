"""Does docs/demo-world.md tell the world as it is?"""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.kit.opening import SEED
from sandbox.making import make_world
from sandbox.personas import people
from sandbox.world import World

PAGE = (Path(__file__).parents[2] / "docs" / "demo-world.md").read_text()
# Names do not depend on the day; the page holds on days far apart.
DAYS = [datetime(2026, 11, 23, tzinfo=UTC), datetime(2027, 6, 30, tzinfo=UTC)]


@pytest.fixture(scope="module", params=DAYS, ids=["one day", "seven months on"])
def world(request: pytest.FixtureRequest) -> World:
    return make_world(SEED, request.param)


def test_every_trouble_has_its_row_and_there_is_no_other(world: World) -> None:
    rows = []
    for trouble in world.trouble:
        account = world.accounts[trouble.account]
        rows.append(
            f"| `{trouble.code}` | {account.name} | `{account.key}` | {trouble.story} | {trouble.shows} |"
        )
    section = PAGE.split("## Trouble on purpose")[1].split("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("| `")] == rows


def test_every_product_has_its_row(world: World) -> None:
    for product in world.products.values():
        features = ", ".join(f"`{feature}`" for feature in product.features)
        assert f"| `{product.sku}` | {product.tier} | {features} |" in PAGE


def test_the_people_see_the_accounts_that_the_page_names(world: World) -> None:
    asked = people(world)
    name = {number: account.name for number, account in world.accounts.items()}
    assert f"| `portal_parent` | {name[asked.portal_parent]}," in PAGE
    assert f"| `portal_small` | {name[asked.portal_small]} |" in PAGE
    assert f"| `limited` | {name[asked.limited]} |" in PAGE
    for person, accounts in (("partner", asked.partner), ("partner_2", asked.partner_2)):
        assert f"| `{person}` | {', '.join(name[number] for number in accounts)} |" in PAGE


def test_the_long_lists_are_as_long_as_the_page_says(world: World) -> None:
    for kind in ("invoices", "cases", "people"):
        owners = Counter(thing.account for thing in vars(world)[kind].values())
        ((number, length),) = owners.most_common(1)
        assert f"| {kind} | {world.accounts[number].name} | {length} |" in PAGE
