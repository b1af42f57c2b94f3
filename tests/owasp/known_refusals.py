"""Is what looks as documented and is refused all the same refused for a known reason? (for schemathesis)"""

from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response

KNOWN = {
    (400, ""): '"code":"invalid_cursor"',
    (422, "CreateClient"): "there is no plan",
    (422, "RestartRun"): "got `float`",
}
"""By status and operation, what stands in such a refusal; schemathesis.toml says why each is right."""


@schemathesis.check
def only_refused_for_a_known_reason(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """A request that is as the document says, and is refused, is refused as one of those known."""
    meta = case.meta
    if response.status_code not in (400, 422) or meta is None or not meta.generation.mode.is_positive:
        return
    operation = case.operation.definition.raw.get("operationId", "") if response.status_code == 422 else ""
    known = KNOWN.get((response.status_code, operation), "nothing: none is known")
    assert known in response.text, f"refused as documented: {response.text[:500]}"
