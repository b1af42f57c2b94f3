"""Does every record of Zendesk's become the right words?"""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from canonical.support import CasePriority, CaseStatus
from system_apis.zendesk import mapping, wire
from system_apis.zendesk.mapping import Sight

SEEN = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIGHT = Sight("desk", SEEN)


def an_organization(**changed: Any) -> wire.Organization:
    said = {"id": 36, "name": "Acme", "updated_at": "2026-05-07T02:00:00Z"}
    return msgspec.convert({**said, **changed}, wire.Organization)


def a_ticket(**changed: Any) -> wire.Ticket:
    said = {
        "id": 5,
        "subject": "Help",
        "status": "open",
        "created_at": "2026-05-07T02:00:00Z",
        "updated_at": "2026-05-07T03:00:00+02:00",
    }
    return msgspec.convert({**said, **changed}, wire.Ticket)


def test_what_support_says_of_the_entitlement_is_shown_under_the_common_names() -> None:
    fields = {
        "support_tier": "gold",
        "entitlement_until": "2027-09-21T00:00:00+00:00",
        "subscription_status": "active",
        "legal_entity": "DE",
        "parent_account": None,
        "colour": "red",
    }
    record = mapping.to_account_record(an_organization(organization_fields=fields), SIGHT)
    assert record.attributes == {
        "tier": "gold",
        "entitlement_until": "2027-09-21",
        "subscription_status": "active",
    }
    assert (record.legal_entity, record.parent) == ("DE", None)


@pytest.mark.parametrize("empty", [None, "", ["gold", "silver"], []])
def test_a_field_that_is_not_filled_in_or_holds_a_list_says_nothing(empty: object) -> None:
    record = mapping.to_account_record(an_organization(organization_fields={"support_tier": empty}), SIGHT)
    assert record.attributes == {}


def test_a_field_of_several_choices_that_is_none_of_ours_keeps_nothing_from_being_read() -> None:
    fields = {"interests": ["red", "blue"], "support_tier": "gold", "legal_entity": "DE"}
    record = mapping.to_account_record(an_organization(organization_fields=fields), SIGHT)
    assert (record.attributes, record.legal_entity) == ({"tier": "gold"}, "DE")


def test_an_organization_without_a_key_or_a_domain_is_a_record_all_the_same() -> None:
    record = mapping.to_account_record(an_organization(), SIGHT)
    assert (record.key, record.domain, record.name) == (None, None, "Acme")
    assert record.origin.ref.id == "36"
    assert record.origin.modified_at == datetime(2026, 5, 7, 2, tzinfo=UTC)


def test_a_case_is_open_since_it_was_created_and_all_times_are_utc() -> None:
    case = mapping.to_case(a_ticket(organization_id=36, tags=["vip"]), SIGHT)
    assert (case.number, case.organization, case.tags) == ("5", "36", ("vip",))
    assert case.opened_at == datetime(2026, 5, 7, 2, tzinfo=UTC)
    assert case.updated_at.isoformat() == "2026-05-07T01:00:00+00:00"


def test_a_case_may_lack_a_subject_a_priority_and_an_organization() -> None:
    case = mapping.to_case(a_ticket(subject=None, priority=None, organization_id=None), SIGHT)
    assert (case.subject, case.priority, case.organization) == ("", None, None)


@pytest.mark.parametrize("status", list(CaseStatus))
def test_every_status_is_known(status: CaseStatus) -> None:
    assert mapping.to_case(a_ticket(status=status.value), SIGHT).status is status


@pytest.mark.parametrize("priority", list(CasePriority))
def test_every_priority_is_known(priority: CasePriority) -> None:
    assert mapping.to_case(a_ticket(priority=priority.value), SIGHT).priority is priority


@pytest.mark.parametrize("unknown", [{"status": "deleted"}, {"priority": "critical"}])
def test_a_word_that_we_do_not_know_is_not_guessed(unknown: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        mapping.to_case(a_ticket(**unknown), SIGHT)


def test_only_end_users_are_customers() -> None:
    users = [wire.User(id=1, role="end-user"), wire.User(id=2, role="agent"), wire.User(id=3, role="admin")]
    assert mapping.end_users(users) == {1}
