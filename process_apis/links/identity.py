"""Which account does a record belong to by itself, and which names are the same name?"""

import re
import unicodedata

from canonical.customer import AccountRecord
from canonical.identity import Prefix, derive

_ACCOUNT_ID = re.compile(r"acc_[0-9a-v]{20}")
_NOT_A_WORD = re.compile(r"[\W_]+")
_LEGAL = frozenset(
    """
    inc incorporated corp corporation co company ltd limited llc llp lp plc pty pte
    gmbh mbh ag kg kgaa ohg ug se sa sas sarl sl srl spa bv nv oy oyj ab as asa aps
    kk gk kabushikikaisha goudougaisha 株式会社 合同会社 有限会社
    """.split()
)


def own_id(record: AccountRecord) -> str:
    """The account a record stands for when no record of the CRM claims it.

    A record of the CRM is an account by itself; others group by a well-formed key, else stand alone.
    """
    if record.origin.ref.kind != "crm" and record.key and is_account_id(record.key):
        return record.key
    return derive(Prefix.ACCOUNT, record.origin.ref)


def is_account_id(text: str) -> bool:
    """Whether this could be an account id of ours."""
    return _ACCOUNT_ID.fullmatch(text) is not None


def folded(name: str) -> str:
    """A name without case, spaces, punctuation and legal form: `Example  K.K.` is `EXAMPLE, Inc.`.

    Something always stays, so a company that is called Limited keeps its name.
    """
    words = _words(name)
    while len(words) > 1 and words[-1] in _LEGAL:
        words.pop()
    while len(words) > 1 and words[0] in _LEGAL and not words[0].isascii():
        words.pop(0)
    return "".join(words)


def folded_domain(domain: str | None) -> str | None:
    """A domain as it is compared: lower case, without `www.`."""
    return (domain or "").strip().lower().rstrip(".").removeprefix("www.") or None


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold().replace(".", "").replace("'", "")
    for word in ("株式会社", "合同会社", "有限会社"):  # written without a space
        plain = plain.replace(word, f" {word} ")
    return [word for word in _NOT_A_WORD.split(plain) if word]
