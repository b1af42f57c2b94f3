"""Which fields of a standing are to be written?"""

from typing import Any

from msgspec.structs import asdict

from process_apis.standing.model import Standing


def difference(wanted: Standing, shown: Standing | None) -> dict[str, Any]:
    """The fields that are not shown as they should be; all of them where nothing was shown yet."""
    fields = asdict(wanted)
    if shown is None:
        return fields
    return {name: value for name, value in fields.items() if value != getattr(shown, name)}
