"""How does Salesforce say no?

Every error is a JSON array of `{message, errorCode}` (REST API guide, "Status Codes and Error Responses");
only the token endpoint answers an OAuth object instead. Wordings are those its clients have recorded.
"""

from dataclasses import dataclass, field
from typing import Any

BEFORE, AFTER = 40, 20


@dataclass
class Refused(Exception):
    """The vendor's refusal of one request: HTTP status, `errorCode` and message."""

    status: int
    code: str
    message: str
    fields: tuple[str, ...] = field(default=())

    def body(self) -> list[dict[str, Any]]:
        """The JSON array that a caller receives."""
        said: dict[str, Any] = {"message": self.message, "errorCode": self.code}
        return [said | {"fields": list(self.fields)}] if self.fields else [said]


CUSTOM_FIELD = (
    "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)
CUSTOM_OBJECT = (
    "If you are attempting to use a custom object, be sure to append the '__c' after the entity name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)
CUSTOM_RELATIONSHIP = (
    "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom "
    "relationship name. Please reference your WSDL or the describe call for the appropriate names."
)

# What a fault of the control face looks like here: status, errorCode, message.
FAULTS: dict[str, tuple[int, str, str]] = {
    "error_500": (
        500,
        "UNKNOWN_EXCEPTION",
        "An unexpected error occurred. Please include this ErrorId if you contact support: "
        "1718803215-88921 (1283341290)",
    ),
    "rate_limited": (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
    "expired_token": (401, "INVALID_SESSION_ID", "Session expired or invalid"),
    "locked_row": (
        400,
        "UNABLE_TO_LOCK_ROW",
        "unable to obtain exclusive access to this record or 1 records: 001gL0000000001",
    ),
}


def fault(kind: str) -> Refused:
    """The refusal that a fault stands for. Raises `KeyError` for one that is not an answer here."""
    return Refused(*FAULTS[kind])


def not_found(message: str = "The requested resource does not exist") -> Refused:
    """404 for a path, object or row that is not there."""
    return Refused(404, "NOT_FOUND", message)


def deleted() -> Refused:
    """404 for a row that was there."""
    return Refused(404, "ENTITY_IS_DELETED", "entity is deleted")


def no_such_field(name: str, entity: str) -> Refused:
    """A field asked for outside SOQL, for example in `?fields=`."""
    return Refused(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {entity}")


def malformed_query(text: str, at: int, message: str) -> Refused:
    """SOQL that cannot be read."""
    return pointing("MALFORMED_QUERY", text, at, message)


def pointing(code: str, text: str, at: int, message: str) -> Refused:
    """An error of a statement, with the excerpt and the caret under the offending place."""
    row = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    start = max(0, at - BEFORE)
    excerpt = text[start : at + AFTER].replace("\n", " ")
    caret = " " * (at - start) + "^"
    place = f"\n{excerpt}\n{caret}\nERROR at Row:{row}:Column:{column}\n"
    return Refused(400, code, place + message)
