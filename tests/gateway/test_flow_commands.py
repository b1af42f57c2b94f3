"""Can runs and events be looked after from the command line?"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from canonical.events import Unrecognised
from gateway.__main__ import main
from process_apis import cursors, events, records
from process_apis.durable import ledger
from process_apis.durable.model import About
from process_apis.events import Happening
from process_apis.records import open_store
from tests.builders import NOW

Tieline = Callable[..., Result]
ACCOUNT = "acc_0123456789abcdefghij"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings beside a database in which an event was kept and a run was begun."""
    monkeypatch.setenv("TIELINE_CURSOR_SECRET", "a secret of the tests")
    file = tmp_path / "tieline.toml"
    file.write_text('cursor_secret = "env:TIELINE_CURSOR_SECRET"\n')

    async def begun() -> None:
        async with open_store(f"sqlite:///{tmp_path / 'tieline.sqlite'}") as store:
            records.use(store)
            events.forget()
            cursors.seal_with(b"a secret of the tests")
            await events.append(
                [Happening(source_id="one", at=NOW, data=Unrecognised(name="x"), account=ACCOUNT)]
            )
            await ledger.add("recovery:stripe:in_1", "payment-recovery", b"{}", About(keys=("INV-1",)), None)
        records.use(None)

    asyncio.run(begun())
    return file


@pytest.fixture
def tieline(config: Path) -> Tieline:
    """A command, as it is typed."""
    return lambda *words: CliRunner().invoke(main, [*words, "--config", str(config)])


def test_a_run_is_found_by_its_business_key(tieline: Tieline) -> None:
    assert "recovery:stripe:in_1" in tieline("runs", "list", "INV-1").output
    assert tieline("runs", "list", "INV-2").output == ""


def test_what_cannot_be_done_with_a_run_is_said(tieline: Tieline) -> None:
    refused = tieline("runs", "dismiss", "recovery:stripe:in_1", "--reason", "a test")
    assert (refused.exit_code, "running" in refused.output) == (1, True)
    missing = tieline("runs", "restart", "recovery:none", "--reason", "a test")
    assert "run not found" in missing.output


def test_an_event_is_listed_and_shown(tieline: Tieline) -> None:
    (line,) = tieline("events", "list", "--account", ACCOUNT).output.splitlines()
    shown = tieline("events", "show", line.split()[0]).output
    assert '"type": "tieline.unrecognised"' in shown


def test_nobody_retries_everything_by_accident(tieline: Tieline) -> None:
    assert tieline("events", "retry", "--reason", "a test").exit_code == 1
    done = tieline("events", "retry", "--subscriber", "nobody", "--reason", "a test")
    assert "0 handed on again" in done.output


def test_a_subscriber_that_there_is_not_cannot_be_paused(tieline: Tieline) -> None:
    assert "subscriber not found" in tieline("events", "pause", "nobody", "--reason", "a test").output


@pytest.mark.parametrize("command", ["dead", "quarantine", "subscribers"])
def test_nothing_wrong_is_nothing_to_list(tieline: Tieline, command: str) -> None:
    answer = tieline("events", command)
    assert (answer.exit_code, answer.output) == (0, "")
