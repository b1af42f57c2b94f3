"""Does a text that ends in a line break still follow its pattern?

In Python, and so in msgspec, `$` also stands before a last line break; in the documents (JSON Schema, which
reads patterns as ECMA-262 does) it stands at the end only. So what ends in a line break is held against its
schema once more, by a validator that reads `$` as the documents do.
"""

import re
from typing import Any, Final

import msgspec

from gateway.complaints import about_body, validator_of
from gateway.errors import Complaint

_IN_JSON: Final = re.compile(rb'\\(?:n|u000[aA])"')
_DETAIL: Final = "A text ends in a line break, and its pattern does not."


def complaints_of_parameter(name: str, type_: Any, value: Any) -> list[Complaint]:
    """What is wrong with the end of a parameter that msgspec took."""
    if not (isinstance(value, str) and value.endswith("\n")) or validator_of(type_).is_valid(value):
        return []
    return [Complaint(detail=_DETAIL, parameter=name)]


def complaints_of_body(type_: Any, body: bytes) -> list[Complaint]:
    """What is wrong with the ends of texts in a body that msgspec took."""
    if not _IN_JSON.search(body) or validator_of(type_).is_valid(msgspec.json.decode(body)):
        return []
    return about_body(type_, body) or [Complaint(detail=_DETAIL)]
