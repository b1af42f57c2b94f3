"""Is a made-up cursor the only thing refused that looks as the document says? (loaded by schemathesis)"""

from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response


@schemathesis.check
def only_a_cursor_is_refused_as_bad(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """A request that is as the document says gets no 400, unless it makes up a cursor: those are sealed."""
    meta = case.meta
    if response.status_code == 400 and meta is not None and meta.generation.mode.is_positive:
        code = response.json()["code"]
        assert code == "invalid_cursor", f"a request as documented was refused: {code}"
