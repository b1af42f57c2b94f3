"""What does a search query of Stripe ask for, and does an object match it?

The search query language (docs.stripe.com/search#search-query-language): clauses joined by blanks or AND, or
else by OR, never both; `-` negates one; `:` is equal, `~` part of, `<` `>` compare numbers; text is
compared without regard to case and `null` means absent. Grammar: lark.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import LarkError, VisitError

from sandbox.stripe.errors import Refusal

Json = dict[str, Any]
Match = Callable[[Json], bool]

GRAMMAR = r"""
start: clause (_AND? clause)* -> every
     | clause (_OR clause)+   -> either
clause: MINUS? field OPERATOR value
?field: NAME                       -> plain
      | "metadata"i "[" STRING "]" -> metadata
?value: STRING  -> text
      | NUMBER  -> number
      | "null"i -> nothing
_AND.2: /AND\b/i
_OR.2: /OR\b/i
MINUS: "-"
OPERATOR: ">=" | "<=" | ":" | "~" | ">" | "<"
NAME: /[a-z_]+(\.[a-z0-9_]+)*/i
STRING: /"(\\.|[^"\\])*"|'(\\.|[^'\\])*'/
NUMBER: /-?\d+/
%ignore /\s+/
"""
PARSER = Lark(GRAMMAR, parser="lalr")

# Kinds of fields: text can be searched in part, a token only whole, a number can be compared.
TEXT, TOKEN, NUMBER = "text", "token", "number"
OPERATORS = {TEXT: ":~", TOKEN: ":", NUMBER: (":", ">", "<", ">=", "<=")}
FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "customers": {
        "created": (NUMBER, "created"),
        "email": (TEXT, "email"),
        "name": (TEXT, "name"),
        "phone": (TEXT, "phone"),
    },
    "invoices": {
        "created": (NUMBER, "created"),
        "currency": (TOKEN, "currency"),
        "customer": (TOKEN, "customer"),
        "number": (TEXT, "number"),
        "receipt_number": (TEXT, "receipt_number"),
        "status": (TEXT, "status"),
        "subscription": (TEXT, "parent.subscription_details.subscription"),
        "total": (NUMBER, "total"),
    },
    "subscriptions": {
        "canceled_at": (NUMBER, "canceled_at"),
        "created": (NUMBER, "created"),
        "status": (TEXT, "status"),
    },
}
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ":": lambda have, want: bool(have == want),
    "~": lambda have, want: want in have,
    ">": lambda have, want: bool(have > want),
    "<": lambda have, want: bool(have < want),
    ">=": lambda have, want: bool(have >= want),
    "<=": lambda have, want: bool(have <= want),
}


@dataclass(frozen=True)
class Field:
    """Where to look, and what may be asked there."""

    name: str
    kind: str
    path: tuple[str, ...]

    def of(self, one: Json) -> Any:
        value: Any = one
        for step in self.path:
            value = value.get(step) if isinstance(value, dict) else None
        return value.lower() if isinstance(value, str) else value


def parsed(query: str, resource: str) -> Match:
    """The question as a test of one object, or Stripe's 400 for what it cannot read or does not search."""
    try:
        tree = PARSER.parse(query)
        match: Match = Reading(resource).transform(tree)
    except VisitError as error:
        raise error.orig_exc from error
    except LarkError as error:
        raise Refusal(
            400,
            'We were unable to parse your search query. Try using the format `metadata["key"]:"value"` to'
            ' query for metadata or key:"value" to query for other fields.',
            param="query",
        ) from error
    return match


class Reading(Transformer[Token, Match]):
    """From the parsed query to a test of one object of `resource`."""

    def __init__(self, resource: str) -> None:
        super().__init__()
        self._resource = resource

    def every(self, clauses: list[Match]) -> Match:
        return lambda one: all(clause(one) for clause in clauses)

    def either(self, clauses: list[Match]) -> Match:
        return lambda one: any(clause(one) for clause in clauses)

    def clause(self, parts: list[Any]) -> Match:
        wanted, operator, field = parts[-1], str(parts[-2]), parts[-3]
        negated = len(parts) == 4
        if operator not in OPERATORS[field.kind]:
            raise unsupported(f"Operator `{operator}` is not supported for field `{field.name}`.")
        if operator == "~" and len(str(wanted)) < 3:
            raise unsupported("Substring search needs a value of at least 3 characters.")
        compare = COMPARE[operator]

        def holds(one: Json) -> bool:
            have = field.of(one)
            if have is None or wanted is None:
                return operator == ":" and have is wanted
            return type(have) is type(wanted) and compare(have, wanted)

        return (lambda one: not holds(one)) if negated else holds

    def plain(self, parts: list[Token]) -> Field:
        name = str(parts[0]).lower()
        known = FIELDS[self._resource].get(name)
        if known is None:
            raise unsupported(
                f"Field `{name}` is an unsupported search field for resource `{self._resource}`."
                f" See http://stripe.com/docs/search#query-fields-for-{self._resource} for a list of"
                " supported fields."
            )
        return Field(name, known[0], tuple(known[1].split(".")))

    def metadata(self, parts: list[Token]) -> Field:
        return Field("metadata", TOKEN, ("metadata", unquoted(parts[0])))

    def text(self, parts: list[Token]) -> str:
        return unquoted(parts[0]).lower()

    def number(self, parts: list[Token]) -> int:
        return int(parts[0])

    def nothing(self, parts: list[Token]) -> None:
        return None


def unsupported(message: str) -> Refusal:
    return Refusal(400, message, param="query")


def unquoted(token: str) -> str:
    """Without its quotes, and with `\\"` as `"`."""
    quote = token[0]
    return token[1:-1].replace("\\" + quote, quote)
