"""How are many records written in the background?

`create_many`, `update_many` and `create_or_update_many` take up to a hundred and answer a job, which is asked
for again until it is done. Here it is done at once; the first answer says `queued` all the same.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.zendesk import directory, ticketing
from sandbox.zendesk.errand import Errand, Reply
from sandbox.zendesk.errors import MOST_VALUES, Refusal, invalid, no_record, too_many_values
from sandbox.zendesk.fields import given, many
from sandbox.zendesk.organizations import HOST

Json = dict[str, Any]
# Writes one record; what its line of the results says.
Write = Callable[[Errand, Json], Json]

MOST_JOBS: Final = 1_000


@dataclass
class Jobs:
    """The last jobs by id."""

    done: dict[str, Json] = field(default_factory=dict)

    def keep(self, job: Json) -> None:
        """Remember one; the oldest goes when there are too many."""
        self.done[job["id"]] = job
        if len(self.done) > MOST_JOBS:
            del self.done[next(iter(self.done))]


def show(jobs: Jobs, errand: Errand) -> Reply:
    """`GET /job_statuses/{id}`."""
    if (job := jobs.done.get(errand.names["id"])) is None:
        raise no_record()
    return Reply({"job_status": job})


def in_background(kind: str, name: str, write: Write) -> Callable[[Jobs, Errand], Reply]:
    """A job over the list named `kind` in the body, or over `ids` with one change named `name`."""

    def answer(jobs: Jobs, errand: Errand) -> Reply:
        records = _records(errand, kind, name)
        results = [_result(errand, place, record, write) for place, record in enumerate(records)]
        id = "V3-" + secrets.token_hex(16)
        job = {
            "id": id,
            "job_type": f"Bulk {errand.names.get('action', 'Update')} {name.capitalize()}",
            "url": f"{HOST}/job_statuses/{id}.json",
            "total": len(records),
            "progress": len(records),
            "status": "completed",
            "message": None,
            "results": results,
        }
        jobs.keep(job)
        return Reply({"job_status": {**job, "progress": None, "status": "queued", "results": None}})

    return answer


def _records(errand: Errand, kind: str, name: str) -> list[Json]:
    if "ids" in errand.query:
        change = given(errand.body, name)
        ids = [one.strip() for one in errand.query["ids"].split(",") if one.strip()]
        records = [{**change, "id": id} for id in ids]
    else:
        records = many(errand.body, kind)
    if len(records) > MOST_VALUES:
        raise too_many_values("")
    if not records:
        raise invalid("at least one record is required")
    return records


def _result(errand: Errand, place: int, record: Json, write: Write) -> Json:
    try:
        return {"index": place, "success": True, **write(errand, record)}
    except Refusal as refusal:
        error = refusal.body.get("error")
        details = refusal.body.get("details", refusal.body.get("description"))
        return {"index": place, "id": record.get("id"), "success": False, "error": error, "details": details}


def create_ticket(errand: Errand, record: Json) -> Json:
    ticket, _ = ticketing.open_ticket(errand, record)
    return {"id": ticket["id"], "action": "create", "status": "Created"}


def update_ticket(errand: Errand, record: Json) -> Json:
    before = errand.desk.find("tickets", record.get("id"))
    if before is None:
        raise no_record()
    ticket, _ = ticketing.change_ticket(errand, before, record)
    return {"id": ticket["id"], "action": "update", "status": "Updated"}


def create_or_update_organization(errand: Errand, record: Json) -> Json:
    return _put(
        errand, record, directory.organization_of, directory.change_organization, directory.make_organization
    )


def create_or_update_user(errand: Errand, record: Json) -> Json:
    return _put(errand, record, directory.user_of, directory.change_user, directory.make_user)


def _put(
    errand: Errand,
    record: Json,
    known: Callable[[Errand, Json], Json | None],
    change: Callable[[Errand, Json, Json], Json],
    make: Callable[[Errand, Json], Json],
) -> Json:
    before = known(errand, record)
    if before is not None:
        return {"id": change(errand, before, record)["id"], "action": "update", "status": "Updated"}
    return {"id": make(errand, record)["id"], "action": "create", "status": "Created"}
