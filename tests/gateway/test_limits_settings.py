"""Can a plan and the place to count be written as the page on limits says?"""

import re
from pathlib import Path

import pytest

from gateway.policies import PlanSettings, plans_of
from gateway.settings import BadSettings, Settings, load

PAGE = Path(__file__).resolve().parents[2] / "docs" / "limits.md"


@pytest.fixture(autouse=True)
def no_redis_of_the_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIELINE_REDIS_URL", raising=False)


def loaded(place: Path, text: str) -> Settings:
    (place / "cursor").write_text("a secret")
    (place / "tieline.toml").write_text(f'cursor_secret = "file:cursor"\n{text}')
    return load(place / "tieline.toml")


def test_the_example_of_the_page_can_be_used(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert example is not None
    settings = loaded(tmp_path, example[1])
    assert settings.redis == "redis://localhost:6379/0"
    assert isinstance(settings.plans["payments"], PlanSettings)
    plans = plans_of(settings.plans)
    assert [limit.name for limit in plans["partner"].limits] == ["second", "minute", "month"]
    assert [limit.visible for limit in plans["payments"].limits] == [True, True, False]
    assert plans["payments"].closed


def test_the_environment_says_where_to_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_REDIS_URL", "redis://there:6379/1")
    assert loaded(tmp_path, 'redis = "redis://here:6379/0"').redis == "redis://there:6379/1"


def test_without_a_place_each_process_counts_alone(tmp_path: Path) -> None:
    assert loaded(tmp_path, "").redis is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('redis = "localhost:6379"', r"tieline\.toml:2: redis \(TIELINE_REDIS_URL\)"),
        ('[plans]\ndefault = "often"', r"tieline\.toml:3: plans: default: 'often' is no limit"),
        ('[plans]\ndefault = ["5/minute", "6/minute"]', "one for each length of time"),
        ('[plans.default]\nlimits = ["5/minute"]\nstore_away = "ajar"', "store_away"),
        ('[plans.default]\nlimits = ["5/minute"]\nhiden = []', "hiden"),
    ],
)
def test_what_cannot_be_meant_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(BadSettings, match=named):
        loaded(tmp_path, text)
