"""Which changes of a document hurt a client, and how much? (one table; a request may only widen, an answer narrow)"""

# ruff: noqa: E501 (a table: one line a row)

from enum import StrEnum
from typing import Final, NamedTuple


class Level(StrEnum):
    """What a change does to a client that was written before it."""

    BREAK = "BREAK"
    """It stops working, or does not compile with a client generated anew."""
    RISK = "RISK"
    """It works if it does what the guide asks: let unknown values pass, rely on no default."""
    OK = "OK"
    """It notices nothing."""


class Way(StrEnum):
    """Which way a schema travels: what we take, or what we give."""

    REQUEST = "request"
    RESPONSE = "response"


class Finding(NamedTuple):
    """One change: how bad, by which rule, where (JSON Pointer, RFC 6901), in a plain sentence."""

    level: Level
    rule: str
    pointer: str
    sentence: str


_B, _R, _O = Level.BREAK, Level.RISK, Level.OK

# fmt: off
_RULES: Final[dict[str, tuple[Level, str]]] = {
    # operations
    "operation-removed":               (_B, "the operation is gone"),
    "operation-added":                 (_O, "a new operation"),
    "operation-renamed":               (_B, "its operationId is now {new}, not {old}: generated methods change their name"),
    "operation-regrouped":             (_R, "its first tag is now {new}, not {old}: generated methods move"),
    "operation-deprecated":            (_O, "it is deprecated"),
    "operation-undeprecated":          (_O, "it is not deprecated any more"),
    "credentials-tightened":           (_B, "credentials that sufficed ({old}) do not suffice any more ({new})"),
    "credentials-loosened":            (_O, "more credentials suffice: {new}"),
    "credential-scheme-changed":       (_B, "the credential {what} is shown in another way"),
    "server-removed":                  (_B, "it is not at {what} any more"),
    "server-added":                    (_O, "it is also at {what}"),
    "part-changed":                    (_R, "{what} changed, which no rule understands"),
    # parameters
    "parameter-removed":               (_B, "{what} is not understood any more"),
    "parameter-added":                 (_O, "{what} may be sent"),
    "required-parameter-added":        (_B, "{what} must be sent"),
    "parameter-now-required":          (_B, "it must be sent now"),
    "parameter-now-optional":          (_O, "it need not be sent any more"),
    "parameter-renamed":               (_B, "the path parameter {old} is now {new}: generated arguments change their name"),
    "parameter-serialisation-changed": (_B, "{what} is {new}, not {old}: it is written differently on the wire"),
    "parameter-deprecated":            (_O, "it is deprecated"),
    # bodies
    "request-body-removed":            (_B, "it takes no body any more"),
    "request-body-added":              (_O, "it may take a body"),
    "required-request-body-added":     (_B, "it must have a body"),
    "request-body-now-required":       (_B, "its body must be sent now"),
    "request-body-now-optional":       (_O, "its body need not be sent any more"),
    "request-media-type-removed":      (_B, "{what} is not taken any more"),
    "request-media-type-added":        (_O, "{what} is taken"),
    "response-media-type-removed":     (_B, "{what} is not given any more"),
    "response-media-type-added":       (_R, "{what} may be given"),
    # answers
    "success-removed":                 (_B, "it does not answer {what} any more"),
    "success-added":                   (_R, "it may answer {what}"),
    "error-removed":                   (_O, "it does not answer {what} any more"),
    "error-added":                     (_O, "it may answer {what}"),
    "response-header-removed":         (_B, "the header {what} is not sent any more"),
    "response-header-added":           (_O, "the header {what} is sent"),
    "response-header-now-optional":    (_B, "the header {what} may be missing"),
    "response-header-now-required":    (_O, "the header {what} is always there"),
    # schemas, by the way they travel
    "request-type-changed":            (_B, "takes {new}, not {old}"),
    "response-type-changed":           (_B, "is {new}, not {old}"),
    "request-type-narrowed":           (_B, "takes {new} only, was {old}"),
    "response-type-narrowed":          (_O, "is {new} only, was {old}"),
    "request-type-widened":            (_O, "takes {new}, was {old}"),
    "response-type-widened":           (_B, "may be {new}, was {old}"),
    "request-null-refused":            (_B, "does not take null any more"),
    "response-null-gone":              (_O, "is never null"),
    "request-null-taken":              (_O, "takes null"),
    "response-null-given":             (_B, "may be null"),
    "request-values-removed":          (_B, "does not take {what} any more"),
    "response-values-removed":         (_O, "is never {what} any more"),
    "request-values-added":            (_O, "takes {what}"),
    "response-values-added":           (_R, "may be {what}, which clients may not know"),
    "response-values-replaced":        (_B, "none of its values is left; it may be {what}"),
    "request-enumeration-added":       (_B, "takes {what} only"),
    "response-enumeration-added":      (_O, "is one of {what}"),
    "request-enumeration-opened":      (_O, "takes more than {what}"),
    "response-enumeration-opened":     (_R, "may be something else than {what}"),
    "request-bound-tightened":         (_B, "takes less: {what} is {new}, was {old}"),
    "response-bound-tightened":        (_O, "stays within less: {what} is {new}, was {old}"),
    "request-bound-loosened":          (_O, "takes more: {what} is {new}, was {old}"),
    "response-bound-loosened":         (_R, "may be outside of what was promised: {what} is {new}, was {old}"),
    "request-format-changed":          (_B, "is read as {new}, not {old}"),
    "response-format-changed":         (_B, "is written as {new}, not {old}"),
    "request-format-added":            (_B, "must be {new}"),
    "response-format-added":           (_R, "is {new}: generated clients read it as another type"),
    "request-format-removed":          (_R, "need not be {old}: generated clients write it as another type"),
    "response-format-removed":         (_B, "need not be {old}"),
    "request-constraint-added":        (_B, "must meet {what}: {new}"),
    "response-constraint-added":       (_O, "meets {what}: {new}"),
    "request-constraint-removed":      (_O, "need not meet {what} any more"),
    "response-constraint-removed":     (_R, "need not meet {what} any more"),
    "request-constraint-changed":      (_B, "must meet another {what}: {new}, was {old}"),
    "response-constraint-changed":     (_R, "meets another {what}: {new}, was {old}"),
    "request-property-refused":        (_B, "is refused now"),
    "request-property-ignored":        (_R, "is ignored now"),
    "response-property-removed":       (_B, "is not there any more"),
    "request-property-added":          (_O, "may be sent"),
    "response-property-added":         (_O, "is there"),
    "request-required-property-added": (_B, "must be sent"),
    "response-unexpected-property":    (_R, "is there, although no others were promised"),
    "request-property-now-required":   (_B, "must be sent now"),
    "response-property-now-required":  (_O, "is always there"),
    "request-property-now-optional":   (_O, "need not be sent any more"),
    "response-property-now-optional":  (_B, "may be missing"),
    "request-others-refused":          (_B, "takes no properties but those named"),
    "response-others-refused":         (_O, "has no properties but those named"),
    "request-others-allowed":          (_O, "takes properties that are not named"),
    "response-others-allowed":         (_R, "may have properties that are not named"),
    "request-alternative-removed":     (_B, "does not take {what} any more"),
    "response-alternative-removed":    (_O, "is never {what} any more"),
    "request-alternative-added":       (_O, "takes {what}"),
    "response-alternative-added":      (_R, "may be {what}, which clients may not know"),
    "response-union-opened":           (_B, "may be {what}, and nothing in it tells which it is"),
    "request-discriminator-changed":   (_B, "is told apart by {new}, not {old}"),
    "response-discriminator-changed":  (_B, "is told apart by {new}, not {old}"),
    "request-discriminator-removed":   (_R, "is not told apart by {old} any more"),
    "response-discriminator-removed":  (_R, "is not told apart by {old} any more"),
    "request-discriminator-added":     (_O, "is told apart by {new}"),
    "response-discriminator-added":    (_O, "is told apart by {new}"),
    "request-default-changed":         (_R, "left out, it means {new}, was {old}"),
    "request-deprecated":              (_O, "is deprecated"),
    "response-deprecated":             (_O, "is deprecated"),
    "request-schema-renamed":          (_R, "its schema is now {new}, not {old}: generated classes change their name"),
    "response-schema-renamed":         (_R, "its schema is now {new}, not {old}: generated classes change their name"),
}
# fmt: on

RULES: Final = frozenset(_RULES)
"""The names of all rules; they are stable."""


def found(rule: str, pointer: str, **said: object) -> Finding:
    """A change as its rule judges it. Raises KeyError for a rule that is not in the table."""
    level, sentence = _RULES[rule]
    return Finding(level, rule, pointer, sentence.format(**said))
