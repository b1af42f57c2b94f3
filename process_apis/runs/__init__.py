"""Which runs are there, how do they stand, and what can somebody do about one?

`page` lists and finds them, `show` tells one with its steps, `restart`, `dismiss` and `cancel` act on it:
each with who and why, kept beside the run.
"""

from process_apis.runs.acting import cancel, dismiss, restart
from process_apis.runs.model import Action, Asked, Run, RunDetail, RunPage, Step
from process_apis.runs.reading import page, show

__all__ = [
    "Action",
    "Asked",
    "Run",
    "RunDetail",
    "RunPage",
    "Step",
    "cancel",
    "dismiss",
    "page",
    "restart",
    "show",
]
