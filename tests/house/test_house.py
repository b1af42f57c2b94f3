"""Is the house built as it says: one question per file, words without machinery, names from the business?"""

import ast
import re
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest
from msgspec import Struct

from gateway import settings
from system_apis.catalog import PLATFORMS
from tests.ports.town import STANDS

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("canonical", "system_apis", "process_apis", "experience_apis", "gateway", "sandbox")
DRAWERS = {
    "common",
    "utils",
    "util",
    "helpers",
    "helper",
    "lib",
    "core",
    "base",
    "manager",
    "handler",
    "misc",
}
LONGEST = 280
"""Lines: the guide says 250; a few are a little longer where cutting would hide what belongs together."""


def files(*floors: str) -> Iterator[Path]:
    for floor in floors or FLOORS:
        yield from sorted((ROOT / floor).rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", list(files()), ids=named)
def test_a_file_opens_with_its_question(path: Path) -> None:
    opening = ast.get_docstring(ast.parse(path.read_text())) or ""
    first = opening.split("\n\n")[0]
    assert "?" in first, f"{named(path)} opens with: {first!r}"


def test_nothing_is_put_into_a_drawer() -> None:
    parts = {part.removesuffix(".py"): path for path in files() for part in path.relative_to(ROOT).parts}
    assert DRAWERS & parts.keys() == set()


def test_no_file_is_so_long_that_it_must_hold_two_questions() -> None:
    lengths = {named(path): len(path.read_text().splitlines()) for path in files()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_the_vocabulary_needs_the_standard_library_and_msgspec_only() -> None:
    allowed = {*sys.stdlib_module_names, "msgspec", "canonical"}
    for path in files("canonical"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            assert {name.split(".")[0] for name in names} <= allowed, named(path)


def test_nobody_sleeps_to_wait_for_something_in_the_house() -> None:
    """A sleep with a fixed number of seconds belongs to a loop that looks again; each is known by name."""
    known = {"gateway/keeping.py", "process_apis/account_360/known.py"}
    sleeping = {
        named(path)
        for path in files("canonical", "system_apis", "process_apis", "experience_apis", "gateway")
        if "asyncio.sleep(" in path.read_text() or "time.sleep(" in path.read_text()
    }
    assert sleeping <= known


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_import_rule_for_platforms_names_this_one(platform: str) -> None:
    """Three contracts list the platforms; one that is left out of a list is one that nobody watches."""
    rules = ConfigParser()
    rules.read(ROOT / ".importlinter")
    lists = {
        "catalog-opens-platforms": "protected_modules",
        "platforms-are-strangers": "modules",
        "inside-a-platform": "containers",
    }
    watched = {name: rules[f"importlinter:contract:{name}"][option].split() for name, option in lists.items()}
    assert [name for name, modules in watched.items() if f"system_apis.{platform}" not in modules] == []


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_platform_stands_in_the_town_where_ports_are_tried(platform: str) -> None:
    assert platform in STANDS, f"tests/ports/town.py: STANDS has no row for {platform}"


def test_no_address_stands_in_what_pins_our_dependencies() -> None:
    assert "://" not in (ROOT / "constraints.txt").read_text()


def test_every_setting_changes_something() -> None:
    """Each is read somewhere below its definition: one that nobody reads would be believed and not be so."""
    read = {
        node.attr
        for path in files("gateway")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
    }
    said = {
        name
        for one in vars(settings).values()
        if isinstance(one, type) and issubclass(one, Struct) and one.__module__ == settings.__name__
        for name in one.__struct_fields__
    }
    assert len(said) > 20
    assert said - read == set()


def test_the_long_tests_are_where_they_are_looked_for() -> None:
    """`make attack` reads these folders only: to find them among all tests takes half a minute."""
    looked = re.search(r"^LONG := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert looked is not None
    folders = [ROOT / one for one in looked[1].split()]
    long = [path for path in (ROOT / "tests").rglob("*.py") if "mark." + "long" in path.read_text()]
    assert len(long) >= 3
    assert [path for path in long if not any(path.is_relative_to(one) for one in folders)] == []
