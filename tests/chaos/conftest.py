"""What comes of the stories when nobody dies? (asked once)"""

from pathlib import Path

import pytest

from tests.chaos.histories import History, lived


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the company in which nobody dies."""
    return tmp_path_factory.mktemp("undisturbed")


@pytest.fixture(scope="session")
def keys(undisturbed: History, company: Path) -> Path:
    """The keys of the practice platforms: new ones take seconds."""
    return company / "practice" / "keys.json"


@pytest.fixture(scope="session")
def undisturbed(company: Path) -> History:
    """The history without deaths."""
    return lived(company)
