"""What do all durable flows share?

A flow is a module-level async function whose finished steps are remembered: it goes on after a crash, waits
for a platform that is down, and asks for a person when it cannot go on. See `docs/durable.md`.
"""

from process_apis.durable import boundaries
from process_apis.durable.declaring import FLOWS, Flow, flow, step
from process_apis.durable.here import Here, here, key
from process_apis.durable.model import About, Pace, State, Undone
from process_apis.durable.policy import ONCE, PLATFORM, Policy, passing
from process_apis.durable.standing import Limits, prepare, standing
from process_apis.durable.starting import Started, ended, finished, run, start, until, wake
from process_apis.durable.undo import Undo
from process_apis.durable.written import Bug
from process_apis.errors import NotYet

__all__ = [
    "FLOWS",
    "ONCE",
    "PLATFORM",
    "About",
    "Bug",
    "Flow",
    "Here",
    "Limits",
    "NotYet",
    "Pace",
    "Policy",
    "Started",
    "State",
    "Undo",
    "Undone",
    "boundaries",
    "ended",
    "finished",
    "flow",
    "here",
    "key",
    "passing",
    "prepare",
    "run",
    "standing",
    "start",
    "step",
    "until",
    "wake",
]
