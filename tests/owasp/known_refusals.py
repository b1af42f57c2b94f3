"""Is what looks as documented and is refused all the same refused for a known reason? (for schemathesis)"""

from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response

KNOWN: dict[tuple[int, str], tuple[str, ...]] = {
    (400, ""): ('"code":"invalid_cursor"', "once, with a value."),
    (422, "CreateClient"): ("there is no plan",),
    (422, "RestartRun"): ("got `float`", '"code":"wrong_input"'),
    (422, "CorrectDeadLetter"): ('"code":"wrong_payload"',),
}
"""By status and operation, what stands in such a refusal; schemathesis.toml says why each is right."""


@schemathesis.check
def only_refused_for_a_known_reason(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """A request that is as the document says, and is refused, is refused as one of those known."""
    if response.status_code not in (400, 422) or not _as_documented(case):
        return
    operation = case.operation.definition.raw.get("operationId", "") if response.status_code == 422 else ""
    known = KNOWN.get((response.status_code, operation), ())
    assert any(reason in response.text for reason in known), f"refused as documented: {response.text[:500]}"


def _as_documented(case: Case[Any]) -> bool:
    """The tool's own word, but for the ids of a path: it takes any that an answer holds."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return False
    return all(part.is_valid(case.path_parameters.get(part.name)) for part in case.operation.path_parameters)
