"""Which engine holds our records, and how is it opened and closed?"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url

from process_apis.records import embedded, postgres
from process_apis.records.interface import Store
from process_apis.records.schema import migrate, require_newest


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """Open `sqlite:///path/tieline.sqlite` or `postgresql://...`, and close it at the end.

    A SQLite file is made and brought to today's shape here; a Postgres is shared, so somebody decides
    when: `migrate(url)`. Raises SchemaOutdated when that has not happened.
    """
    parsed = make_url(url)
    if parsed.drivername.startswith("sqlite"):
        path = Path(parsed.database or "tieline.sqlite")
        await asyncio.to_thread(embedded.prepare, path)
        await asyncio.to_thread(migrate, url)
        async with embedded.opened(path) as store:
            yield store
    else:
        await asyncio.to_thread(require_newest, url)
        async with postgres.opened(url) as shared:
            yield shared
