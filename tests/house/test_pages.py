"""Does what the pages point at exist?"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PLACES = (
    "canonical",
    "system_apis",
    "process_apis",
    "experience_apis",
    "gateway",
    "sandbox",
    "tests",
    "docs",
)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_to_a_page(page: Path) -> None:
    links = re.findall(r"\]\((?!\w+://)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_file_that_is_named_exists(page: Path) -> None:
    """A file may be named by the end of its path. Made-up names of the examples say so with `deskly`."""
    files = [f"/{named(path)}" for place in PLACES for path in (ROOT / place).rglob("*.*")]
    said = re.findall(r"`([\w./-]+\.(?:py|md|lua|sql))`", page.read_text())
    missing = [name for name in said if not any(file.endswith(f"/{name}") for file in files)]
    assert [name for name in missing if "deskly" not in name] == []


def test_every_decision_is_in_the_list_of_decisions() -> None:
    pages = {path.name for path in (ROOT / "docs" / "decisions").glob("*.md")} - {"README.md"}
    listed = re.findall(r"\]\(([^)]+)\)", (ROOT / "docs" / "decisions" / "README.md").read_text())
    assert sorted(listed) == sorted(pages)
