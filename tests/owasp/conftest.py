"""In which house do the attacks take place?"""

from collections.abc import Iterator

import pytest

from tests.journeys.conftest import Demo
from tests.owasp.belongings import Belongings
from tests.owasp.house import Front, standing

Doors = tuple[Demo, Front]


@pytest.fixture(scope="session")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with standing(tmp_path_factory.mktemp("attacked")) as both:
        yield both


@pytest.fixture(scope="session")
def front(doors: Doors) -> Front:
    """The door at which nobody is told to wait."""
    return doors[1]


@pytest.fixture(scope="session")
def limited(doors: Doors) -> Demo:
    """The demo's own door, with its plans."""
    return doors[0]


@pytest.fixture(scope="session")
def belongings(front: Front) -> Belongings:
    """What is whose, as it was when it was first asked."""
    return Belongings(front)
