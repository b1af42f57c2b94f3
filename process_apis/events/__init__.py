"""What happened, and who is told of it?

docs/events.md tells what is promised. `forget` empties what is only in memory, for a new store.
"""

from process_apis.events.audit import Act, ActPage, acts
from process_apis.events.cloudevents import MEDIA_TYPE, CloudEvent, cloud_event
from process_apis.events.dead import (
    DeadFilter,
    DeadLetter,
    DeadPage,
    Meant,
    correct_dead,
    dead_letter,
    dead_letters,
    dismiss_dead,
    retry_dead,
)
from process_apis.events.delivery import deliver
from process_apis.events.errors import PastRetention, Settled, WrongPayload
from process_apis.events.gaps import Gap, fill_gaps, gap_progress
from process_apis.events.intake import receive
from process_apis.events.log import Kept, append, forget, keep, statements
from process_apis.events.model import (
    EventPage,
    Filter,
    Happening,
    LoggedEvent,
    Retry,
    Subscriber,
    Undeliverable,
    noticed,
)
from process_apis.events.quarantine import (
    Quarantined,
    QuarantinePage,
    dismiss,
    quarantined,
    read_again,
)
from process_apis.events.reading import Unread, event, query, unread
from process_apis.events.replaying import Foreseen, Replay, cancel_replay, replay, replays
from process_apis.events.retention import Pruned, Span, configure, keep_within, prune
from process_apis.events.standing import Standing, pause, resume, standings
from process_apis.events.waking import wake
from system_apis.messages import Arrived

__all__ = [
    "MEDIA_TYPE",
    "Act",
    "ActPage",
    "Arrived",
    "CloudEvent",
    "DeadFilter",
    "DeadLetter",
    "DeadPage",
    "EventPage",
    "Filter",
    "Foreseen",
    "Gap",
    "Happening",
    "Kept",
    "LoggedEvent",
    "Meant",
    "PastRetention",
    "Pruned",
    "QuarantinePage",
    "Quarantined",
    "Replay",
    "Retry",
    "Settled",
    "Span",
    "Standing",
    "Subscriber",
    "Undeliverable",
    "Unread",
    "WrongPayload",
    "acts",
    "append",
    "cancel_replay",
    "cloud_event",
    "configure",
    "correct_dead",
    "dead_letter",
    "dead_letters",
    "deliver",
    "dismiss",
    "dismiss_dead",
    "event",
    "fill_gaps",
    "forget",
    "gap_progress",
    "keep",
    "keep_within",
    "noticed",
    "pause",
    "prune",
    "quarantined",
    "query",
    "read_again",
    "receive",
    "replay",
    "replays",
    "resume",
    "retry_dead",
    "standings",
    "statements",
    "unread",
    "wake",
]
