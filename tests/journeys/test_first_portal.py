"""Are the facts of the portal's first version those of its second, flat, until it ends?"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from tests.journeys.conftest import Demo

LISTS = ("contacts", "contracts", "subscriptions", "invoices", "payments", "entitlements", "cases", "orders")
PATHS = ("accounts", "subscriptions", "invoices", "payments", "entitlements", "cases")


def both(demo: Demo, path: str) -> tuple[Any, Any]:
    return tuple(demo.ask("portal_parent", f"/portal/{version}/{path}").json() for version in ("v1", "v2"))


def test_the_account_is_the_same_without_states(demo: Demo) -> None:
    flat, whole = both(demo, "account")
    parts = {name: part["data"] for name, part in whole["parts"].items()}
    assert flat["account"] == whole["account"]
    profile = {name: said for name, said in parts["profile"].items() if name != "billing_details"}
    assert {name: flat[name] for name in profile} == profile
    assert {name: flat[name] for name in LISTS} == {name: parts[name] for name in LISTS}
    assert (flat["balance_open"], flat["balance_overdue"]) == (
        parts["balance"]["open"],
        parts["balance"]["overdue"],
    )
    assert flat["risk"] == parts["risk"]
    assert [one["account"] for one in flat["children"]] == [
        one["account"] for one in parts["hierarchy"]["children"]
    ]
    assert not {"parts", "state", "observed_at", "source", "because"} & flat.keys()


def test_what_is_not_known_is_null_and_the_rest_is_there(demo: Demo) -> None:
    small = demo.account("portal_small")
    demo.fault("zendesk", "down")
    flat = demo.ask("portal_small", "/portal/v1/account").json()
    assert flat["account"] == small
    assert flat["name"]
    assert flat["invoices"]


@pytest.mark.parametrize("path", PATHS)
def test_the_lists_are_the_same(demo: Demo, path: str) -> None:
    first, second = both(demo, f"{path}?limit=2" if path != "entitlements" else path)
    assert first["data"] == second["data"]
    assert first["has_more"] == second["has_more"]


@pytest.mark.parametrize("kind", ["invoices", "cases"])
def test_one_thing_is_the_same(demo: Demo, kind: str) -> None:
    listed, _ = both(demo, kind)
    first, second = both(demo, f"{kind}/{listed['data'][0]['id']}")
    assert first == second


def test_anothers_account_is_missing_here_too(demo: Demo) -> None:
    foreign = demo.account("portal_parent")
    for path in ("account", *PATHS[1:]):
        assert demo.ask("portal_small", f"/portal/v1/{path}?account={foreign}").status_code == 404, path


def test_the_end_is_announced_long_before_it_comes(demo: Demo) -> None:
    old, new = (demo.ask("portal_parent", f"/portal/{version}/accounts") for version in ("v1", "v2"))
    sunset = parsedate_to_datetime(old.headers["sunset"])
    deprecated = datetime.fromtimestamp(int(old.headers["deprecation"].removeprefix("@")), UTC)
    assert sunset.year > datetime.now(UTC).year + 1 or sunset - deprecated > timedelta(days=700)
    assert deprecated < sunset
    assert old.links["successor-version"]["url"] == "/portal/v2"
    assert not {"sunset", "deprecation"} & new.headers.keys()


def test_a_page_of_the_portals_makers_may_ask(demo: Demo) -> None:
    origin = {"origin": "http://localhost:5173"}
    answer = demo.ask("portal_parent", "/portal/v2/accounts", headers=origin)
    assert answer.headers["access-control-allow-origin"] == origin["origin"]


def test_a_stranger_finds_the_catalog_and_whom_to_tell(demo: Demo) -> None:
    catalog = demo.ask(None, "/.well-known/api-catalog").json()["linkset"]
    for one in catalog[1:]:
        assert demo.http.get(one["service-desc"][0]["href"]).status_code == 200
    told = demo.ask(None, "/.well-known/security.txt").text
    (expires,) = [
        line.removeprefix("Expires: ") for line in told.splitlines() if line.startswith("Expires: ")
    ]
    left = datetime.fromisoformat(expires) - datetime.now(UTC)
    assert timedelta() < left < timedelta(days=365)
