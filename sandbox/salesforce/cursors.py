"""How does a caller get the rest of a long result?

A locator is an id and an offset, `01g...-2000` (REST API guide, "Query More Results"). A result stays as it
was when the query ran; only the newest results are kept, an older locator is refused.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

from sandbox.ids import salesforce_18
from sandbox.salesforce.errors import Refused

SMALLEST, LARGEST = 200, 2_000
KEPT: Final = 50


@dataclass(frozen=True)
class Result:
    """All records of a query and how many go out at a time."""

    records: list[dict[str, Any]]
    batch: int


def batch_size(header: str | None) -> int:
    """`Sforce-Query-Options: batchSize=n`, held between 200 and 2,000, which is the default."""
    found = re.search(r"batchSize\s*=\s*(\d+)", header or "", re.IGNORECASE)
    return min(max(int(found[1]), SMALLEST), LARGEST) if found else LARGEST


class Cursors:
    """The results that are being read right now."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Result] = OrderedDict()
        self._made = 0

    def first(self, result: Result, version: str) -> dict[str, Any]:
        """The first page; a result that does not fit on it is kept for the following ones."""
        if len(result.records) <= result.batch:
            return _page(result, 0, version, "")
        self._made += 1
        key = salesforce_18(f"01ggL0000{self._made:06d}")
        self._kept[key] = result
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return _page(result, 0, version, key)

    def following(self, locator: str, version: str) -> dict[str, Any]:
        """The page a locator stands for. Raises `Refused` when it is not, or no longer, ours."""
        key, _, offset = locator.partition("-")
        result = self._kept.get(key)
        if result is None or not offset.isdecimal() or int(offset) >= len(result.records):
            raise Refused(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return _page(result, int(offset), version, key)


def _page(result: Result, start: int, version: str, key: str) -> dict[str, Any]:
    end = start + result.batch
    done = end >= len(result.records)
    page: dict[str, Any] = {"totalSize": len(result.records), "done": done}
    if not done:
        page["nextRecordsUrl"] = f"/services/data/v{version}/query/{key}-{end}"
    return page | {"records": result.records[start:end]}
