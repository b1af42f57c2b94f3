"""Are ids what the vendors' clients expect, and always the same?"""

import re
from itertools import pairwise

import pytest

from sandbox.ids import (
    COPY,
    NETSUITE_STARTS,
    SALESFORCE_PREFIXES,
    STRIPE_PREFIXES,
    ZENDESK_STARTS,
    netsuite_id,
    salesforce_18,
    salesforce_id,
    stripe_id,
    tieline_key,
    zendesk_id,
)


@pytest.mark.parametrize(
    ("fifteen", "eighteen"),
    # Salesforce, REST API Developer Guide and help article on converting ids.
    [
        ("001D000000IqhSL", "001D000000IqhSLIAZ"),
        ("001D000000Iomaz", "001D000000IomazIAB"),
        ("500x000000003TR", "500x000000003TRAAY"),
    ],
)
def test_the_checksum_is_the_one_salesforce_publishes(fifteen: str, eighteen: str) -> None:
    assert salesforce_18(fifteen) == eighteen


def test_salesforce_ids_have_eighteen_characters_and_the_prefix_of_their_kind() -> None:
    for kind, prefix in SALESFORCE_PREFIXES.items():
        assert re.fullmatch(rf"{prefix}[0-9A-Za-z]{{15}}", salesforce_id(kind, 61 * 61))


def test_stripe_ids_have_the_prefix_and_length_of_their_kind() -> None:
    for kind, (prefix, length) in STRIPE_PREFIXES.items():
        assert re.fullmatch(rf"{prefix}[0-9A-Za-z]{{{length}}}", stripe_id(kind, 1))


def test_no_two_numbers_share_an_id() -> None:
    numbers = [*range(1, 5_000), *range(COPY, COPY + 300)]
    for ids in (
        {stripe_id("invoice", number) for number in numbers},
        {stripe_id("customer", number) for number in numbers},
        {salesforce_id("Contact", number) for number in numbers},
        # The checksum makes ids differ even to a reader that ignores case.
        {salesforce_id("Contact", number).lower() for number in numbers},
    ):
        assert len(ids) == len(numbers)


def test_netsuite_numbers_transactions_in_one_range_and_entities_in_one() -> None:
    for kinds in (("salesOrder", "invoice", "customerPayment", "journalEntry"), ("customer", "contact")):
        starts = sorted(NETSUITE_STARTS[kind] for kind in kinds)
        assert all(later - earlier > COPY + 10_000 for earlier, later in pairwise(starts))
    assert netsuite_id("customer", 7) == NETSUITE_STARTS["customer"] + 7


def test_zendesk_counts_tickets_from_one() -> None:
    assert zendesk_id("ticket", 1) == 1
    assert zendesk_id("organization", 1) == ZENDESK_STARTS["organization"] + 1


def test_an_id_once_given_never_changes() -> None:
    assert stripe_id("customer", 1) == "cus_5rHnryz3VDYD2r"
    assert salesforce_id("Account", 1) == "001gL0000000001QAA"
    assert tieline_key("crm", "salesforce", "001gL0000000001QAA") == "acc_677lce7436kg2td2j5ft"


def test_a_key_is_acc_and_twenty_characters_of_base_32_hex() -> None:
    assert re.fullmatch(r"acc_[0-9a-v]{20}", tieline_key("billing", "stripe", stripe_id("customer", 1)))
