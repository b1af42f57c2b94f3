"""Do words stay words, whatever is in them?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.salesforce.soql import parse
from sandbox.salesforce.statement import Comparison
from system_apis.salesforce import soql
from system_apis.salesforce.wire import AccountRow, LineRow, OfAccount

NAMES = soql.Listing("Contact", "Id", "Name", "name", soql.text)


def condition(written: str) -> Comparison:
    """The only condition of a question, as Salesforce's own grammar reads it."""
    where = parse(soql.select("Id", "Account", written)).where
    assert isinstance(where, Comparison)
    return where


@pytest.mark.parametrize(
    "words", ["O'Brien", 'say "hi"', "a\\b", "\\'", "new\nline\ttab", "' OR Name != '", "é漢"]
)
def test_a_text_is_read_back_as_it_was(words: str) -> None:
    assert condition(f"Name = {soql.text(words)}").values[0].text == words


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_any_text_is_one_value(words: str) -> None:
    compared = condition(f"Name = {soql.text(words)}")
    assert [value.text for value in compared.values] == [words]


@pytest.mark.parametrize(
    ("words", "pattern"), [("100%", r".*100%.*"), ("a_b", r".*a_b.*"), ("it's", r".*it's.*")]
)
def test_wildcards_in_words_are_letters(words: str, pattern: str) -> None:
    compared = condition(f"Name LIKE {soql.containing(words)}")
    assert compared.values[0].pattern == pattern


def test_the_columns_of_a_row_are_those_its_struct_reads() -> None:
    assert "Owner.Name" in soql.columns(AccountRow).split(", ")
    assert "Global_Customer_Id__c" in soql.columns(AccountRow).split(", ")
    assert "Account.Owner.Name" in soql.columns(OfAccount).split(", ")
    assert "CurrencyIsoCode" not in soql.columns(LineRow, without={"CurrencyIsoCode"})


def test_a_cursor_is_behind_the_row_it_was_made_of() -> None:
    assert NAMES.after("O'Brien|B|003x") == "(Name > 'O\\'Brien|B' OR (Name = 'O\\'Brien|B' AND Id > '003x'))"


@pytest.mark.parametrize("written", ["2026-1-1", "today", "2026-01-01 OR Id != null", ""])
def test_only_a_day_is_a_day(written: str) -> None:
    with pytest.raises(ValueError, match="day"):
        soql.day(written)


def test_a_moment_is_written_without_an_offset() -> None:
    assert soql.moment("2026-03-01T09:30:00.000+0000") == "2026-03-01T09:30:00.000Z"
    with pytest.raises(ValueError, match="moment"):
        soql.moment("2026-03-01T09:30:00Z OR Id != null")
