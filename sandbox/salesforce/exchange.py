"""What is a call made of, and what is its answer?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.salesforce.allowance import Allowance
from sandbox.salesforce.cursors import Cursors
from sandbox.salesforce.org import Org
from sandbox.salesforce.work import Work


@dataclass(frozen=True)
class Ask:
    """One call below `/services/data/vXX.X`.

    `names` are the placeholders of its path; `now` is business time; `body` is the JSON of a write, which is
    done through `work`.
    """

    org: Org
    cursors: Cursors
    allowance: Allowance
    now: datetime
    version: str
    names: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    work: Work
    body: Any = None


@dataclass(frozen=True)
class Answer:
    """A status, a JSON body (none: no body at all) and headers of its own."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
