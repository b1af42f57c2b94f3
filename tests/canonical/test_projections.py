"""Can nobody write into a system what that system owns? (all of it, generated from the table of owners)"""

import contextlib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from mypy import api

from canonical.identity import Kind
from canonical.money import Money
from canonical.ownership import RULES, TIELINE, NotTheirs, Rule, may_project
from canonical.projections import PROJECTIONS, Risk, projects

ROOT = Path(__file__).resolve().parents[2]
EVERY = [(rule, kind) for rule in RULES for kind in Kind]
DECLARED = list(PROJECTIONS.items())


def named(value: Any) -> str:
    return f"{value.object}.{value.attribute}" if isinstance(value, Rule) else str(value)


@pytest.mark.parametrize(("rule", "into"), EVERY, ids=named)
def test_a_projection_is_declared_only_of_what_others_own_into_those_who_read_it(
    rule: Rule, into: Kind
) -> None:
    struct = msgspec.defstruct("Copy", [("field", str)])
    allowed = into in rule.readers and rule.owner != into
    assert may_project(rule.object, rule.attribute, into) is allowed
    if not allowed:
        with pytest.raises(NotTheirs, match=re.escape(f"{rule.owner} owns it")) as caught:
            projects(into, field=f"{rule.object}.{rule.attribute}")(struct)
        assert caught.value.owner == rule.owner
        assert struct not in PROJECTIONS
        return
    try:
        assert projects(into, field=f"{rule.object}.{rule.attribute}")(struct) is struct
    finally:
        PROJECTIONS.pop(struct, None)


def test_the_table_and_the_kinds_leave_enough_to_refuse() -> None:
    """So that the matrix above could not pass by having nothing in it."""
    refused = [one for one in EVERY if not may_project(one[0].object, one[0].attribute, one[1])]
    assert len(EVERY) > 200
    assert len(refused) > 100
    assert {kind for rule, kind in refused if rule.owner == kind} == set(Kind)


def test_a_field_that_nobody_says_what_it_copies_is_refused() -> None:
    with pytest.raises(TypeError, match="nobody says what price are copies of"):
        projects(Kind.CRM, tier="entitlement.tier")(
            msgspec.defstruct("Copy", [("tier", str), ("price", int)])
        )


def test_an_attribute_that_nobody_declared_cannot_be_projected() -> None:
    with pytest.raises(KeyError):
        projects(Kind.CRM, field="account.shoe_size")(msgspec.defstruct("Copy", [("field", str)]))


@pytest.mark.parametrize(("struct", "declared"), DECLARED, ids=lambda value: getattr(value, "__name__", ""))
def test_every_field_of_a_declared_projection_is_somebody_elses(struct: type, declared: Any) -> None:
    into, copies = declared
    for object, attribute in copies.values():
        (rule,) = [one for one in RULES if (one.object, one.attribute) == (object, attribute)]
        assert rule.owner in {*Kind, TIELINE} - {into}
        assert into in rule.readers


def owned() -> Iterator[tuple[type[msgspec.Struct], str]]:
    """Each declared projection, and each attribute that the system it goes into owns or does not read."""
    for struct, (into, copies) in PROJECTIONS.items():
        for rule in RULES:
            if may_project(rule.object, rule.attribute, into):
                continue
            # A name that the projection has is that of its own copy: `number` of an invoice, not of an order.
            taken = rule.attribute in struct.__struct_fields__
            name = f"{rule.object}_{rule.attribute}" if taken else rule.attribute
            assert copies.get(rule.attribute) != (rule.object, rule.attribute)
            yield struct, name


OWNED = sorted(set(owned()), key=lambda one: (one[0].__name__, one[1]))


@pytest.mark.parametrize(("struct", "field"), OWNED, ids=lambda value: getattr(value, "__name__", value))
def test_no_projection_takes_an_owned_attribute(struct: type[msgspec.Struct], field: str) -> None:
    with pytest.raises(TypeError, match=f"Unexpected keyword argument '{field}'"):
        struct(**{**whole(struct), field: "x"})
    with pytest.raises(msgspec.ValidationError, match=f"Object contains unknown field `{field}`"):
        msgspec.convert({**msgspec.to_builtins(struct(**whole(struct))), field: "x"}, struct)


def whole(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """All that a projection must be given, as its fields' types want it."""
    required = [field for field in msgspec.structs.fields(struct) if field.required]
    return {field.name: next(fitting(field.type)) for field in required}


def fitting(type: Any) -> Iterator[Any]:
    for value in ("x", (), date(2026, 1, 1), Money(minor=1, currency="EUR"), Risk(flagged=True)):
        with contextlib.suppress(msgspec.ValidationError):
            yield msgspec.convert(value, type)


def test_the_type_checker_refuses_each_of_them_too(tmp_path: Path) -> None:
    lines = ["from canonical import projections", "", "def wrong() -> None:"]
    lines += [f"    projections.{struct.__name__}({field}=None)" for struct, field in OWNED]
    wrong = tmp_path / "wrong.py"
    wrong.write_text("\n".join(lines) + "\n")
    said, trouble, _ = api.run(
        [
            str(wrong),
            *("--config-file", str(ROOT / "pyproject.toml")),
            *("--cache-dir", str(tmp_path / "cache")),
            "--no-error-summary",
            "--hide-error-context",
        ]
    )
    assert not trouble
    refused = set()
    for line in said.splitlines():
        if found := re.match(
            r'.*wrong\.py:(\d+): error: Unexpected keyword argument "(\w+)" for "(\w+)"', line
        ):
            refused.add((int(found[1]), found[3], found[2]))
    expected = {(number, struct.__name__, field) for number, (struct, field) in enumerate(OWNED, 4)}
    assert refused == expected
