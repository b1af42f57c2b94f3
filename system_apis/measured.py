"""What did our calls to the platforms come to, in numbers?"""

from typing import Final

from system_apis.metrics import counter, histogram

CALLS: Final = histogram(
    "upstream.duration",
    "Calls to a platform, retries and waiting included, by how they ended: ok, or the name of an error.",
    ("connection", "operation", "outcome"),
)
RETRIES: Final = counter("upstream.retries", "Further attempts at calls to a platform.", ("connection",))
TOKENS: Final = counter(
    "upstream.tokens",
    "Access tokens of ours: kept ones that were used, asked for, and not got.",
    ("connection", "how"),
)
UNFINISHED: Final = "unfinished"
"""The outcome of a call that nobody waited for any more."""
