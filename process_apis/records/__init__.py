"""Where is what we remember?

One slot for the open store, filled at start-up: `async with open_store(url) as store: use(store)`.
"""

from process_apis.records.engine import migrate, open_store
from process_apis.records.interface import (
    BadStoreAddress,
    Row,
    SchemaOutdated,
    Statement,
    Store,
    StoreUnavailable,
    Value,
)

__all__ = [
    "BadStoreAddress",
    "Row",
    "SchemaOutdated",
    "Statement",
    "Store",
    "StoreUnavailable",
    "Value",
    "migrate",
    "open_store",
    "store",
    "use",
]


class _Slot:
    store: Store | None = None


def use(store: Store | None) -> None:
    """From now on this is our memory; None when it is closed."""
    _Slot.store = store


def store() -> Store:
    """Our memory. Raises RuntimeError before `use`."""
    if _Slot.store is None:
        raise RuntimeError("records.use was not called at start-up")
    return _Slot.store
