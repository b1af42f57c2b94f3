"""Does `tieline connections check` tell what to do, as somebody would run it?"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.conftest import PLATFORMS, Demo


def checked(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gateway", "connections", "check", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def settings(demo: Demo) -> Path:
    """The demo's own."""
    return demo.data / "tieline.toml"


def test_the_demo_lacks_nothing(settings: Path) -> None:
    done = checked("--config", str(settings))
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith(f"{len(PLATFORMS)} of {len(PLATFORMS)} connections lack nothing.\n")
    assert "MISSING" not in done.stdout


def test_what_is_missing_is_told_per_connection_and_ends_with_one(settings: Path, demo: Demo) -> None:
    other = settings.with_name("other.toml")
    text = settings.read_text().replace("file:secrets/zendesk_client_secret", "file:secrets/other")
    other.write_text(text.replace(demo.known["platforms"]["stripe"]["base_url"], "http://stripe.invalid"))
    (settings.parent / "secrets" / "other").write_text("n0t-this-0ne")
    done = checked("--config", str(other))
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[lines.index("stripe (stripe)") + 1].startswith(
        "  MISSING  host: there is no host called stripe.invalid"
    )
    zendesk = lines[lines.index("zendesk (zendesk)") :]
    assert any(line.startswith("  MISSING  credential: it does not know us") for line in zendesk)
    assert done.stdout.endswith("2 of 4 connections lack nothing.\n")
    assert "n0t-this-0ne" not in done.stdout + done.stderr


def test_only_those_that_are_named_are_looked_at(settings: Path) -> None:
    done = checked("stripe", "--config", str(settings))
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "stripe (stripe)"
    assert "zendesk" not in done.stdout


def test_a_name_that_nobody_has_is_told_with_those_there_are(settings: Path) -> None:
    done = checked("strype", "--config", str(settings))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Error: There is no connection strype. There are: {', '.join(PLATFORMS)}.\n"


def test_settings_that_cannot_be_used_are_told_with_their_line(settings: Path) -> None:
    other = settings.with_name("wrong.toml")
    other.write_text(settings.read_text().replace('platform = "zendesk"', 'platform = "deskzen"'))
    done = checked("--config", str(other))
    (line,) = [at for at, text in enumerate(other.read_text().splitlines(), 1) if "deskzen" in text]
    assert done.returncode == 1
    assert f"wrong.toml:{line}: connection zendesk: platform: there is no 'deskzen'" in done.stderr


def test_its_help_has_an_example() -> None:
    assert "Example: tieline connections check" in checked("--help").stdout
