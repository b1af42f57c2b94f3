"""Are API clients kept from the command line as they are by the house?"""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from canonical.caller import AccountScope, Caller
from gateway.client_commands import clients
from process_apis import clients as kept
from process_apis import records
from process_apis.clients.keys import new_key

ACCOUNT = "acc_0123456789abcdefghij"
EVERYONE = AccountScope(everyone=True)
CREATE = ("create", "Reseller", "--scope", "partner:read", "--account", ACCOUNT)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with settings and their one secret."""
    (tmp_path / "cursor").write_text("a secret")
    (tmp_path / "tieline.toml").write_text(
        'cursor_secret = "file:cursor"\n[plans]\ndefault = "60/minute"\nsmall = ["1/second", "9/minute"]\n'
    )
    return tmp_path


def run(place: Path, *said: str) -> Result:
    return CliRunner().invoke(clients, [*said, "--config", str(place / "tieline.toml")])


def done(place: Path, *said: str) -> str:
    result = run(place, *said)
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def ensured(place: Path, key: str) -> None:
    """What a start with this key of `warehouse` in its settings does."""

    async def ensure() -> None:
        async with records.open_store(f"sqlite:///{place / 'tieline.sqlite'}") as store:
            records.use(store)
            await kept.ensure("warehouse", key=key, plan="small", scopes=("partner:read",), scope=EVERYONE)

    try:
        asyncio.run(ensure())
    finally:
        records.use(None)


def verified(place: Path, key: str) -> Caller | None:
    async def ask() -> Caller | None:
        async with records.open_store(f"sqlite:///{place / 'tieline.sqlite'}") as store:
            records.use(store)
            return await kept.verify(key)

    try:
        return asyncio.run(ask())
    finally:
        records.use(None)


def test_a_client_that_is_created_may_call(place: Path) -> None:
    caller = verified(place, done(place, *CREATE, "--plan", "small", "--children"))
    assert caller is not None
    assert (caller.plan, caller.scopes) == ("small", frozenset({"partner:read"}))
    assert (caller.scope.accounts, caller.scope.children) == (frozenset({ACCOUNT}), True)
    assert not caller.scope.everyone


def test_a_list_shows_who_may_what_and_never_a_whole_key(place: Path) -> None:
    key = done(place, *CREATE)
    listed = done(place, "list")
    for shown in (
        "Reseller",
        "plan default",
        "partner:read",
        ACCOUNT,
        f"tlk_{key.split('_')[1]}_...",
        "never",
    ):
        assert shown in listed
    assert key not in listed


def test_a_rotated_client_has_two_keys_and_a_revoked_one_none(place: Path) -> None:
    first = done(place, *CREATE)
    second = done(place, "rotate", "Reseller")
    assert [verified(place, key) is not None for key in (first, second)] == [True, True]
    assert done(place, "list").count("tlk_") == 2
    done(place, "revoke", "Reseller")
    assert [verified(place, key) for key in (first, second)] == [None, None]
    assert "(revoked)" in done(place, "list")


def test_a_client_that_is_called_like_the_id_of_another_is_not_taken_for_it(place: Path) -> None:
    key = done(place, *CREATE)
    caller = verified(place, key)
    assert caller is not None
    decoy = done(place, "create", caller.client, "--scope", "partner:read", "--account", ACCOUNT)
    done(place, "revoke", caller.client)
    assert verified(place, key) is None
    assert verified(place, decoy) is not None


def test_a_former_key_can_be_ended_at_once(place: Path) -> None:
    first = done(place, *CREATE)
    second = done(place, "rotate", "Reseller", "--overlap-hours", "0")
    assert [verified(place, key) is not None for key in (first, second)] == [False, True]


def test_a_key_that_was_only_changed_or_taken_out_of_the_settings_goes_on_until_it_is_ended(
    place: Path,
) -> None:
    """What docs/limits.md says to do about it."""
    first, second = new_key(), new_key()
    for key in (first, second):  # as two starts with different settings do
        ensured(place, key)
    assert [verified(place, key) is not None for key in (first, second)] == [True, True]
    third = done(place, "rotate", "warehouse", "--overlap-hours", "0")
    ensured(place, third)
    assert [verified(place, key) is not None for key in (first, second, third)] == [False, False, True]
    ensured(place, first)
    assert verified(place, first) is None
    done(place, "revoke", "warehouse")
    ensured(place, third)
    assert verified(place, third) is None


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ((*CREATE, "--plan", "huge"), "There is no plan huge. There are: default, small."),
        (("create", "X", "--scope", "partner"), "partner is no scope"),
        (("create", "X", "--scope", "partner:read", "--account", "me"), "me is no account id"),
        (("rotate", "Nobody"), "There is no client Nobody."),
        (("revoke", "Nobody"), "There is no client Nobody."),
    ],
)
def test_what_cannot_be_is_said_in_one_line(place: Path, said: tuple[str, ...], named: str) -> None:
    result = run(place, *said)
    assert result.exit_code == 1
    assert named in result.stderr
    assert "Traceback" not in result.output


def test_a_name_is_given_once_and_a_revoked_client_gets_no_key(place: Path) -> None:
    done(place, *CREATE)
    assert "already" in run(place, *CREATE).stderr
    done(place, "revoke", "Reseller")
    assert "not found" in run(place, "rotate", "Reseller").stderr


@pytest.mark.parametrize("command", ["create", "list", "rotate", "revoke"])
def test_every_command_shows_an_example(command: str) -> None:
    result = CliRunner().invoke(clients, [command, "--help"])
    assert f"Example: tieline clients {command}" in " ".join(result.output.split())
