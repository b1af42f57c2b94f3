"""Is the line of every setting found, however the file is written?"""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import Struct

from gateway.pointing import Key, Wrong, converted, line_of, spoken

# Every number is that of the line its statement begins in.
WRITTEN = '''first = 1
# a comment, with = 99
dotted.name = 3
"quoted key" = 4

inline = { one = 6, two = { three = 6 } }
many = [
    7,
    7, # = 8
]

[table]
text = 13 # [not.a.table]
words = """
[nor.this]
row = 99
"""
after = 18

[table."odd.name"]
deep = 21

[[rows]]
a = 24

[[rows]]

a = 28
[rows.below]
b = 30
[[rows.many]]
c = 32
[[rows.many]]
c = 34
[last]
z = 36'''


def leaves(document: Any, key: Key = ()) -> Iterator[tuple[Key, int]]:
    if isinstance(document, dict | list):
        for one, value in document.items() if isinstance(document, dict) else enumerate(document):
            yield from leaves(value, (*key, one))
    elif isinstance(document, int):
        yield key, document


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(("key", "line"), list(leaves(tomllib.loads(WRITTEN))), ids=str)
def test_a_setting_stands_where_its_statement_begins(key: Key, line: int, newline: str) -> None:
    assert line_of(WRITTEN.replace("\n", newline), key) == line


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("table",), 12),
        (("table", "words"), 14),
        (("rows",), 23),
        (("rows", 1), 26),
        (("rows", 0, "missing"), 23),
        (("rows", 1, "below"), 29),
        (("rows", 1, "many", 1, "missing"), 33),
        (("rows", 7, "a"), 23),
        (("missing",), None),
        ((), None),
    ],
    ids=str,
)
def test_what_nobody_says_is_looked_for_at_its_table(key: Key, line: int | None) -> None:
    assert line_of(WRITTEN, key) == line


class Entry(Struct, forbid_unknown_fields=True):
    rank: int


class File(Struct, forbid_unknown_fields=True):
    tiers: dict[str, Entry] = {}
    rows: list[dict[str, Entry]] = []


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("[tiers.a]\nrank=1\n[tiers.b]\nrank='2'", ("tiers", "b", "rank"), "Expected `int`, got `str`"),
        ("[tiers.a]\nrank=1\n[tiers.b]\nrang=2", ("tiers", "b", "rang"), "no such setting"),
        ("[[rows]]\n[[rows]]\n[rows.x]\nrank=1\n[rows.y]\nrank=''", ("rows", 1, "y", "rank"), "Expected"),
        ("[tiers.a]\n[tiers.b]\nrank=2", ("tiers", "a"), "missing required field `rank`"),
        ("teirs = 1", ("teirs",), "there is no such setting"),
    ],
)
def test_a_complaint_names_the_very_key(text: str, key: Key, said: str) -> None:
    with pytest.raises(Wrong, match=said) as wrong:
        converted(tomllib.loads(text), File)
    assert wrong.value.key == key
    assert spoken(key) in str(wrong.value)
