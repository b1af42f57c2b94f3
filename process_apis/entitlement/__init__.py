"""May this customer have this service now?"""

from process_apis.entitlement.filling import FillReport
from process_apis.entitlement.flow import (
    CHECKS_AT_ONCE,
    changed,
    check,
    check_many,
    configure,
    fill,
    filled,
    keep_fresh,
    of_account,
    refresh,
    summary,
)
from process_apis.entitlement.model import CheckedItem, Decision, Summary
from process_apis.entitlement.suspensions import lift, suspend

__all__ = [
    "CHECKS_AT_ONCE",
    "CheckedItem",
    "Decision",
    "FillReport",
    "Summary",
    "changed",
    "check",
    "check_many",
    "configure",
    "fill",
    "filled",
    "keep_fresh",
    "lift",
    "of_account",
    "refresh",
    "summary",
    "suspend",
]
