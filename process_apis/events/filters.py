"""Which rows of the log does a filter mean?"""

from collections.abc import Sequence

from process_apis.errors import TooMany
from process_apis.events.model import Filter
from process_apis.records import Value
from process_apis.records.moments import micros

AT_ONCE = 400
"""Values of one kind in one filter."""

Condition = tuple[str, tuple[Value, ...]]


def among(column: str, values: Sequence[str]) -> Condition:
    """That the column has one of these values."""
    return f"{column} IN ({', '.join('?' * len(values))})", tuple(values)


def conditions(filter: Filter) -> list[Condition]:
    """What must hold of a row of `event_log e`. Raises TooMany."""
    found: list[Condition] = []
    lists = {
        "e.type": filter.types,
        "e.account": filter.accounts,
        "e.source": filter.sources,
        "e.id": filter.ids,
    }
    for column, values in lists.items():
        if len(values) > AT_ONCE:
            raise TooMany("values in a filter", AT_ONCE)
        if values:
            found.append(among(column, values))
    single = {
        "e.key = ?": filter.key,
        "e.trace = ?": filter.trace,
        "e.at >= ?": micros(filter.since) if filter.since else None,
        "e.at < ?": micros(filter.until) if filter.until else None,
        "e.kept_at >= ?": micros(filter.kept_since) if filter.kept_since else None,
        "e.kept_at < ?": micros(filter.kept_until) if filter.kept_until else None,
    }
    found += [(sql, (value,)) for sql, value in single.items() if value is not None]
    return found


def together(conditions: Sequence[Condition]) -> Condition:
    """That all of them hold."""
    if not conditions:
        return "1 = 1", ()
    return " AND ".join(sql for sql, _ in conditions), tuple(
        value for _, values in conditions for value in values
    )
