"""What do we count and measure of events?"""

from typing import Final

from system_apis.metrics import counter, histogram

KEPT: Final = counter("events.kept", "Events kept in the log.", ("source", "type"))
DOUBLES: Final = counter("events.doubles", "Events that were in the log already.", ("source", "type"))
REFUSED: Final = counter("events.refused", "Messages that were not proven.", ("connection", "error"))
QUARANTINED: Final = counter("events.quarantined", "Messages that could not be read.", ("connection",))
UNRECOGNISED: Final = counter("events.unrecognised", "Messages of types nobody reads.", ("connection",))
FILLED: Final = counter("events.filled", "Events that only a platform's list told of.", ("connection",))

DELIVERED: Final = counter("events.delivered", "Events that a subscriber took.", ("subscriber",))
FAILED: Final = counter("events.failed", "Events that a subscriber did not take.", ("subscriber", "error"))
DIED: Final = counter("events.dead", "Events that became dead letters.", ("subscriber", "error"))
TOOK: Final = histogram("events.delivery", "From keeping an event to its being taken.", ("subscriber",))
