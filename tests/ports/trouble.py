"""What can go wrong with a write, in turn?

Each row is faults of a practice platform: for so many calls, of writes or of what looks them up. One that
begins `later` begins after the first try.
"""

from typing import Any

from sandbox.kit.faults import WRITE_FAULTS
from tests.ports.town import Standing

Trouble = list[dict[str, Any]]


def matrix(write: str, look: str) -> dict[str, Trouble]:
    """Twenty kinds; `write` and `look` are parts of the calls that write and that look up."""
    return {
        "nothing": [],
        "cut before": [{"fault": "cut_before", "calls": 1}],
        "cut after": [{"fault": "commit_then_cut", "calls": 1}],
        "cut before three times": [{"fault": "cut_before", "calls": 3}],
        "cut after, and the look is down": [
            {"fault": "commit_then_cut", "calls": 1},
            {"fault": "down", "calls": 3, "match": look, "later": True},
        ],
        "cut after, and the look says nonsense": [
            {"fault": "commit_then_cut", "calls": 1},
            {"fault": "bad_body", "calls": 3, "match": look, "later": True},
        ],
        "closed without an answer": [{"fault": "down", "calls": 1, "match": write}],
        "500": [{"fault": "error_500", "calls": 1, "match": write}],
        "500 three times": [{"fault": "error_500", "calls": 3, "match": write}],
        "nonsense for an answer": [{"fault": "bad_body", "calls": 3, "match": write}],
        "a redirect": [{"fault": "redirect", "calls": 1, "match": write}],
        "too many calls": [{"fault": "rate_limited", "calls": 2, "match": write}],
        "a token that ended": [{"fault": "expired_token", "calls": 1, "match": write}],
        "a token that ended, then cut after": [
            {"fault": "expired_token", "calls": 1, "match": write},
            {"fault": "commit_then_cut", "calls": 1},
        ],
        "a row that is locked": [{"fault": "locked_row", "calls": 1}],
        "a row that is locked, then cut after": [
            {"fault": "locked_row", "calls": 1},
            {"fault": "commit_then_cut", "calls": 1},
        ],
        "a month that is closed, for a moment": [{"fault": "closed_period", "calls": 1}],
        "half of all calls cut after": [{"fault": "commit_then_cut", "share": 0.5}],
        "half of all calls cut before": [{"fault": "cut_before", "share": 0.5}],
        "slower than we wait": [{"fault": "slow", "calls": 1, "match": write, "seconds_slow": 30}],
    }


def begin(shop: Standing, trouble: Trouble, *, later: bool = False) -> None:
    """Those that begin at once, or later."""
    for fault in trouble:
        if fault.get("later", False) is later:
            asked = {name: value for name, value in fault.items() if name != "later"}
            shop.practice.faults[shop.platform].add(asked, frozenset(WRITE_FAULTS))
