"""Which kinds of problem are there? (one table: error class, status, code, title, advice)"""

# ruff: noqa: E501 (a table: one line a row)

from typing import NamedTuple

from litestar import exceptions as http

from gateway import errors as gate
from process_apis import clients, records
from process_apis import errors as process
from process_apis.events import errors as events
from system_apis import errors as platform


class Kind(NamedTuple):
    """One kind of problem: its status, its stable code, its title, and what the caller can do.

    `only` names the audience that can meet it, where not everybody can.
    """

    status: int
    code: str
    title: str
    advice: str
    only: str | None = None


OPERATORS = "operators"

# fmt: off
BUG = Kind(500, "internal", "Internal error", "This is our fault and we have it on record. Tell us the trace_id.")

NOT_FOUND = Kind(404, "not_found", "Not found", "There is no such thing, or it is not yours to know of. Check the id.")
NOT_ITS_CURSOR = Kind(400, "invalid_cursor", "The cursor does not belong to this list", "Begin again without a cursor.")
INVALID = Kind(422, "validation", "Validation failed", "Correct what `errors` points at; all of it is listed.")
UPSTREAM_SILENT = Kind(503, "platform_unavailable", "A connected platform is not available", "Wait `Retry-After` seconds and ask again.")
UPSTREAM_TROUBLE = Kind(502, "platform_trouble", "A connected platform gave no usable answer", "Asking again will not help; we have been told.")

KINDS: dict[type[Exception], Kind] = {
    # the front door
    gate.NoCredentials: Kind(401, "unauthenticated", "Authentication required", "Send `Authorization: Bearer <token>` or `X-API-Key: <key>`."),
    gate.BadCredentials: Kind(401, "invalid_token", "The token or key is not valid", "Get a new token or key from the issuer you trust and we know."),
    gate.TwoCredentials: Kind(400, "ambiguous_credentials", "More than one credential", "Send a token or a key, once."),
    gate.NotAllowed: Kind(403, "insufficient_scope", "Not allowed", "Ask for a token with the scope named in `WWW-Authenticate`."),
    gate.TooManyRequests: Kind(429, "rate_limited", "Too many requests", "Wait `Retry-After` seconds; `RateLimit` tells what is left."),
    gate.LimitsAway: Kind(503, "limits_unavailable", "Calls cannot be counted right now", "Wait `Retry-After` seconds and ask again."),
    gate.BodyTooLarge: Kind(413, "body_too_large", "The body is too large", "Send less in one request."),
    gate.TooSlow: Kind(408, "too_slow", "The body came too slowly", "Send it faster, or less in one request."),
    gate.VersionEnded: Kind(410, "version_ended", "This version has ended", "Use the version named in `Link` as `successor-version`."),
    gate.HeadersTooLarge: Kind(431, "headers_too_large", "The headers are too large", "Send fewer or smaller headers."),
    gate.WrongHost: Kind(400, "bad_host", "Not exactly one host", "Send one `Host` header."),
    gate.WrongMediaType: Kind(415, "unsupported_media_type", "Unsupported media type", "Send the type named in `Accept-Post`."),
    gate.WrongParameters: Kind(400, "bad_parameters", "Bad query parameters", "Send only documented parameters, each once and with a value."),
    gate.WrongValues: INVALID,
    gate.NotReady: Kind(503, "not_ready", "Not ready", "Wait `Retry-After` seconds and ask again."),
    gate.IssuerAway: Kind(503, "issuer_unavailable", "Tokens cannot be checked right now", "Wait `Retry-After` seconds and ask again."),
    # the router
    http.NotFoundException: NOT_FOUND,
    http.MethodNotAllowedException: Kind(405, "method_not_allowed", "Method not allowed", "`Allow` lists the methods of this path."),
    http.ValidationException: INVALID,
    http.ClientException: Kind(400, "bad_request", "Bad request", "The request could not be read. `detail` says where."),
    # the business
    process.NotFound: NOT_FOUND,
    process.InvalidCursor: NOT_ITS_CURSOR,
    process.NothingToSearch: Kind(422, "nothing_to_search", "Nothing to search for", "Give at least one letter or digit."),
    process.TooMany: Kind(422, "too_many", "Too much at once", "Ask in smaller parts."),
    process.AccountNotNamed: Kind(422, "account_not_named", "Which account?", "Say which account is meant with `account`."),
    clients.NoSuchPlan: INVALID,
    clients.NotGivenHere: Kind(403, "not_given_here", "Such rights are not given out here", "Ask whoever has the command line: `tieline clients` gives them.", OPERATORS),
    process.Taken: Kind(409, "taken", "There is one already", "Choose another name."),
    process.StillRunning: Kind(409, "still_running", "The run has not ended", "Ask again later.", OPERATORS),
    process.NeedsPerson: Kind(409, "needs_person", "The run needs a person", "Do what `detail` says, then restart or dismiss it.", OPERATORS),
    process.Abandoned: Kind(409, "abandoned", "The run was given up", "It has no outcome; start another one if there should be one.", OPERATORS),
    process.WrongState: Kind(409, "wrong_state", "The run is in another state", "Look at the run again, then decide.", OPERATORS),
    process.WrongInput: Kind(422, "wrong_input", "The flow does not take this input", "Correct what `detail` names.", OPERATORS),
    process.OutOfTime: Kind(503, "out_of_time", "It took too long", "Ask again later.", OPERATORS),
    process.Occupied: Kind(409, "occupied", "Somebody else is at it", "Ask again in a moment.", OPERATORS),
    process.NoLegalEntity: Kind(409, "no_legal_entity", "Nobody says which of our companies sells to this customer", "Set the legal entity of the account in the CRM.", OPERATORS),
    process.OutOfDate: Kind(503, "out_of_date", "What this rests on could not be read again", "Wait `Retry-After` seconds and ask again.", OPERATORS),
    process.Undecided: Kind(409, "undecided", "Whether a write arrived is not known", "Look on the platform for the key, then say what is there.", OPERATORS),
    process.NotYet: Kind(409, "not_yet", "It has not happened yet", "Ask again later."),
    process.UndoStopped: Kind(409, "undo_stopped", "Something is left to undo", "Do what is left, then restart or dismiss the run.", OPERATORS),
    events.PastRetention: Kind(410, "past_retention", "No longer kept", "Ask for what is younger; `detail` says since when all is kept.", OPERATORS),
    events.Settled: Kind(409, "settled", "Already dealt with", "Look at it again.", OPERATORS),
    events.WrongPayload: Kind(422, "wrong_payload", "The payload does not fit", "Correct what `detail` names.", OPERATORS),
    records.StoreUnavailable: Kind(503, "database_unavailable", "Our own database does not answer", "Wait `Retry-After` seconds and ask again."),
    # the platforms
    platform.Missing: NOT_FOUND,
    platform.Busy: UPSTREAM_SILENT,
    platform.Unavailable: UPSTREAM_SILENT,
    platform.Refused: UPSTREAM_TROUBLE,
    platform.WrongCursor: NOT_ITS_CURSOR,
    platform.Unauthorised: UPSTREAM_TROUBLE,
    platform.Unreadable: UPSTREAM_TROUBLE,
    platform.OutcomeUnknown: Kind(502, "outcome_unknown", "It may have been done", "We look whether it was before anything is tried again.", OPERATORS),
    platform.Forged: Kind(400, "not_proven", "The message is not proven to be the platform's", "Sign it with the secret of this connection, now.", "platforms"),
    platform.Undecodable: INVALID,
}
# fmt: on


def kind_of(error: Exception) -> Kind:
    """The row of the error's class or of its nearest parent; an error nobody has a row for is a bug."""
    return next((KINDS[parent] for parent in type(error).__mro__ if parent in KINDS), BUG)


BY_CODE: dict[str, Kind] = {kind.code: kind for kind in (BUG, *KINDS.values())}
