"""What does a Zendesk search query ask for?

Terms side by side: `property:value`, `property<value`, `property>value`, words and "quoted phrases", each
negated by `-` (support.zendesk.com, "Zendesk Support search reference"). Grammar: lark.
"""

from dataclasses import dataclass
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import LarkError

from sandbox.zendesk.errors import unreadable_search

GRAMMAR = r"""
start: term*
term: MINUS? (property | words)
property: PROPERTY (PHRASE | VALUE)
words: PHRASE | WORD
MINUS: "-"
PROPERTY.2: /[a-z_]+(:|<=|>=|<|>)/i
PHRASE.1: /"[^"]*"/
VALUE: /[^\s"]+/
WORD: /[^\s"-][^\s"]*/
%ignore /\s+/
"""
PARSER = Lark(GRAMMAR, parser="lalr")


@dataclass(frozen=True)
class Term:
    """One thing asked. Without `property` it is free text, whose words belong together."""

    property: str | None
    operator: str
    value: str
    negated: bool = False


def parsed(query: str) -> list[Term]:
    """The terms of a query in their order, or Zendesk's 422 for one that cannot be read."""
    try:
        terms: list[Term] = Terms().transform(PARSER.parse(query))
    except LarkError as error:
        raise unreadable_search() from error
    return terms


class Terms(Transformer[Token, list[Term]]):
    """From the parsed query to its terms."""

    def start(self, terms: list[Term]) -> list[Term]:
        return terms

    def term(self, parts: list[Any]) -> Term:
        *minus, (property, operator, value) = parts
        return Term(property, operator, value.strip('"'), bool(minus))

    def property(self, parts: list[Token]) -> tuple[str, str, str]:
        name = parts[0].rstrip(":<>=")
        return name.lower(), parts[0][len(name) :], str(parts[1])

    def words(self, parts: list[Token]) -> tuple[None, str, str]:
        return None, "", str(parts[0])
