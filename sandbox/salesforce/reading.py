"""Which field of which row does a path in a statement mean?"""

from dataclasses import dataclass
from typing import Any

from sandbox.salesforce.errors import (
    CUSTOM_FIELD,
    CUSTOM_OBJECT,
    CUSTOM_RELATIONSHIP,
    Refused,
    pointing,
)
from sandbox.salesforce.org import Org
from sandbox.salesforce.row import Row
from sandbox.salesforce.schema import OBJECTS, Child, Field, ObjectType, known
from sandbox.salesforce.statement import FieldPath


@dataclass(frozen=True)
class Reading:
    """A field behind the references that lead to it, outermost first."""

    steps: tuple[Field, ...]
    field: Field

    def of(self, org: Org, row: Row) -> Any:
        """The value for a row; null when a reference on the way is null or dangles."""
        found: Row | None = row
        for step in self.steps:
            found = parent_of(org, found, step)
            if found is None:
                return None
        return found[self.field.name] if found is not None else None


def parent_of(org: Org, row: Row | None, step: Field) -> Row | None:
    """The row that a reference points at, or none."""
    if row is None or step.target is None or row[step.name] is None:
        return None
    return org.row(step.target, row[step.name])


@dataclass(frozen=True)
class Resolver:
    """What names mean in one statement; `text` is it, for the caret in an error."""

    text: str

    def source(self, path: FieldPath) -> ObjectType:
        """The object behind FROM. Raises `Refused` with INVALID_TYPE."""
        kind = known(str(path))
        if kind is None:
            message = f"sObject type '{path}' is not supported. {CUSTOM_OBJECT}"
            raise self._unknown("INVALID_TYPE", path, message)
        return kind

    def child(self, kind: ObjectType, path: FieldPath) -> Child:
        """The relationship behind FROM of a subquery. Raises `Refused` with INVALID_TYPE."""
        child = kind.children.get(str(path).lower())
        if child is None:
            where = "in FROM part of query call"
            message = f"Didn't understand relationship '{path}' {where}. {CUSTOM_RELATIONSHIP}"
            raise self._unknown("INVALID_TYPE", path, message)
        return child

    def reading(self, kind: ObjectType, path: FieldPath) -> Reading:
        """The field a path names from this object on. Raises `Refused` with INVALID_FIELD."""
        parts = list(path.parts)
        if len(parts) > 1 and parts[0].lower() == kind.name.lower() and parts[0].lower() not in kind.parents:
            parts = parts[1:]  # SOQL takes the object's own name in front of a field
        steps: list[Field] = []
        for part in parts[:-1]:
            step = kind.parents.get(part.lower())
            if step is None or step.target is None:
                message = f"Didn't understand relationship '{part}' in field path. {CUSTOM_RELATIONSHIP}"
                raise self._unknown("INVALID_FIELD", path, message)
            steps.append(step)
            kind = OBJECTS[step.target]
        found = kind.fields.get(parts[-1].lower())
        if found is None:
            message = f"No such column '{parts[-1]}' on entity '{kind.name}'. {CUSTOM_FIELD}"
            raise self._unknown("INVALID_FIELD", path, message)
        return Reading(tuple(steps), found)

    def _unknown(self, code: str, path: FieldPath, message: str) -> Refused:
        return pointing(code, self.text, path.at, message)
