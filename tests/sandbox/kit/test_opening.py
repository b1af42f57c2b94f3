"""Does a practice company begin again as it was?"""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sandbox.kit.clock import BusinessClock
from sandbox.kit.credentials import Keys, load_or_make
from sandbox.kit.opening import opened


def test_the_same_folder_gives_the_same_world_keys_and_time(tmp_path: Path) -> None:
    first = opened(tmp_path)
    first.clock.advance(3_600)
    again = opened(tmp_path, seed=99)
    assert again.world == first.world
    assert again.keys == first.keys
    assert again.clock.offset_seconds == 3_600


def test_everything_kept_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    opened(tmp_path / "practice").clock.advance(1)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "practice").iterdir()}
    assert modes == {"world.json": 0o600, "keys.json": 0o600, "clock.json": 0o600}


def test_keys_that_an_older_folder_lacks_are_added_and_the_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    first = load_or_make(path)
    kept = json.loads(path.read_text())
    del kept["netsuite"]["webhook_secret"], kept["salesforce"]["organization_id"]
    path.write_text(json.dumps(kept))
    again = load_or_make(path)
    assert again.netsuite.webhook_secret not in ("", first.netsuite.webhook_secret)
    assert again.netsuite.private_key_pem == first.netsuite.private_key_pem
    assert (again.salesforce, again.stripe, again.zendesk) == (first.salesforce, first.stripe, first.zendesk)
    assert load_or_make(path) == again


def test_without_a_folder_every_company_has_keys_of_its_own(keys: Keys) -> None:
    assert load_or_make() != keys


def test_the_netsuite_key_is_of_a_size_that_netsuite_takes(keys: Keys) -> None:
    key = load_pem_private_key(keys.netsuite.private_key_pem.encode(), password=None)
    assert isinstance(key, RSAPrivateKey)
    assert key.key_size == 3_072


def test_business_time_is_wall_time_until_it_is_moved() -> None:
    clock = BusinessClock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)
    clock.advance(86_400)
    assert abs(clock.now() - datetime.now(UTC) - timedelta(days=1)) < timedelta(seconds=1)
    clock.reset()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)


def test_another_process_can_follow_business_time_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    clock = BusinessClock(file)
    clock.advance(60)
    clock.advance(30)
    assert json.loads(file.read_text()) == {"offset_seconds": 90.0}
    clock.reset()
    assert json.loads(file.read_text()) == {"offset_seconds": 0.0}


@pytest.mark.parametrize(
    ("seconds", "error"), [(-1, ValueError), (float("nan"), ValueError), (1e12, OverflowError)]
)
def test_a_step_that_business_time_cannot_take_leaves_it_where_it_is(
    seconds: float, error: type[Exception]
) -> None:
    clock = BusinessClock()
    with pytest.raises(error):
        clock.advance(seconds)
    assert clock.offset_seconds == 0


def test_a_damaged_clock_file_is_not_taken_for_wall_time(tmp_path: Path) -> None:
    (tmp_path / "clock.json").write_text("{")
    with pytest.raises(ValueError, match="line 1"):
        BusinessClock(tmp_path / "clock.json")
