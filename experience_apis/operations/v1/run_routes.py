"""What may the people who keep it running ask of runs, and do with them?"""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from experience_apis.operations.v1 import run_views as views
from experience_apis.operations.v1.acting import ACTS, FINDS, READ, Because, ForAccount
from experience_apis.shapes import Asking, Cursor, Limit, Page, page
from process_apis import runs
from process_apis.durable import State
from process_apis.runs import Asked

RunId = Annotated[
    str,
    PathParameter(
        pattern="^[A-Za-z0-9][A-Za-z0-9:._-]{0,199}$",
        min_length=1,
        max_length=200,
        description="Run id, from the list.",
    ),
]
Query = Annotated[
    str | None,
    QueryParameter(
        name="query",
        pattern="^[ -~]+$",
        min_length=1,
        max_length=200,
        description="An account id, a business key (invoice id or number, ...), or how a run's id begins.",
    ),
]
InState = Annotated[State | None, QueryParameter(name="state", description="Only runs in this state.")]
OfFlow = Annotated[
    str | None,
    QueryParameter(
        name="flow",
        pattern="^[a-z][a-z0-9-]{2,59}$",
        min_length=3,
        max_length=60,
        description="Only runs of this process.",
    ),
]


@get("/runs", operation_id="ListRuns", summary="List runs", opt=READ)
async def list_runs(
    wanted: Query = None,
    in_state: InState = None,
    flow: OfFlow = None,
    account: ForAccount = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Page[views.RunView]:
    """List runs of durable processes, the newest first: found by business key, state, process or account."""
    asked = Asked(query=wanted, state=in_state, flow=flow, account=account)
    found = await runs.page(asked, cursor, limit)
    return page(found.items, found.next_cursor, views.to_run)


@get("/runs/{run_id:str}", operation_id="ShowRun", summary="Show one run", opt=FINDS)
async def show_run(run_id: RunId) -> views.RunDetailView:
    """Show one run with its steps, its children, and what people did with it."""
    return views.to_detail(await runs.show(run_id))


@post(
    "/runs/{run_id:str}/restarts",
    operation_id="RestartRun",
    summary="Let a run go on",
    opt=ACTS,
    status_code=200,
)
async def restart_run(caller: Asking, run_id: RunId, data: JSONBody[views.Restart]) -> views.RunDetailView:
    """Let a run that stands still go on from the step it failed at, with corrected input if given."""
    await runs.restart(
        run_id,
        by=caller.subject,
        why=data.reason,
        input=None if data.input is None else msgspec.json.encode(data.input),
        from_step=data.from_step,
    )
    return views.to_detail(await runs.show(run_id))


@post(
    "/runs/{run_id:str}/dismissals",
    operation_id="DismissRun",
    summary="Give up a run that stands still",
    opt=ACTS,
    status_code=200,
)
async def dismiss_run(caller: Asking, run_id: RunId, data: JSONBody[Because]) -> views.RunDetailView:
    """Decide that a run which waits or needs a person need not be finished."""
    await runs.dismiss(run_id, by=caller.subject, why=data.reason)
    return views.to_detail(await runs.show(run_id))


@post(
    "/runs/{run_id:str}/cancellations",
    operation_id="CancelRun",
    summary="Stop a run",
    opt=ACTS,
    status_code=200,
)
async def cancel_run(caller: Asking, run_id: RunId, data: JSONBody[Because]) -> views.RunDetailView:
    """Stop a run before its next step; what it did stays done."""
    await runs.cancel(run_id, by=caller.subject, why=data.reason)
    return views.to_detail(await runs.show(run_id))


router = Router(
    "/operations/v1",
    route_handlers=[list_runs, show_run, restart_run, dismiss_run, cancel_run],
    tags=["Runs"],
)
