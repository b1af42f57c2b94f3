"""Do our SuiteQL texts say what we mean, whatever is put into them?"""

import pytest

from system_apis.netsuite import suiteql
from system_apis.netsuite.suiteql import CUSTOMERS, ORDER_LINES, ORDERS, SUBSIDIARIES, Question, receivables


@pytest.mark.parametrize(
    ("words", "literal"),
    [
        ("Acme", "'Acme'"),
        ("O'Brien & Sons", "'O''Brien & Sons'"),
        ("'; DROP TABLE customer; --", "'''; DROP TABLE customer; --'"),
        ("''", "''''''"),
        ("back\\slash", "'back\\slash'"),
        ("株式会社", "'株式会社'"),
    ],
)
def test_a_quote_inside_a_text_is_doubled_and_nothing_else_is_changed(words: str, literal: str) -> None:
    assert suiteql.text(words) == literal


@pytest.mark.parametrize("words", ["", "1 OR 1=1", "-1", "1.5", "²", "١٢", "1" * 19, "0x10", " 7"])
def test_only_whole_numbers_can_be_internal_ids(words: str) -> None:
    assert not suiteql.is_number(words)


def test_a_whole_number_can_be_an_internal_id() -> None:
    assert suiteql.is_number("2000012")


def test_several_ids_are_asked_for_at_once() -> None:
    assert suiteql.one_of("l.transaction", ["1", "22"]) == "l.transaction IN (1, 22)"


def test_all_conditions_hold_together_and_an_or_inside_one_stays_there() -> None:
    asked = ORDERS.where(suiteql.found("x"))
    assert "WHERE t.type = 'SalesOrd' AND (UPPER(" in asked
    assert asked.endswith(") ORDER BY t.trandate DESC, t.id DESC")


def test_without_a_condition_there_is_no_where() -> None:
    assert "WHERE" not in CUSTOMERS.where()


def test_another_order_may_be_asked_for() -> None:
    asked = receivables(None).where("t.entity = 1", order=suiteql.OLDEST_DUE_FIRST)
    assert asked.endswith("ORDER BY t.duedate, t.id")


@pytest.mark.parametrize(
    "question", [CUSTOMERS, SUBSIDIARIES, ORDERS, ORDER_LINES, receivables("custbody_x")]
)
def test_every_order_ends_with_an_id_so_that_no_two_rows_tie(question: Question) -> None:
    assert question.order.removesuffix(" DESC").endswith(".id")


def test_words_that_are_no_number_are_not_compared_with_ids() -> None:
    assert "c.id = 7" in suiteql.found("7")
    assert "c.id = " not in suiteql.found("7 OR 1=1")


def test_every_quote_in_the_words_that_are_looked_for_is_doubled() -> None:
    asked = suiteql.found("a'b.c")
    assert asked.count("a''b.c") >= 6
    assert "a'b" not in asked.replace("''", "")
