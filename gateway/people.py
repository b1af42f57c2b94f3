"""Who are the people of the demo, and what may each of them do?"""

from pathlib import Path
from typing import Final

import click
from msgspec import Struct

from gateway.issuer import EmbeddedIssuer, Minted
from gateway.practice import Practice, opened

ISSUER: Final = "https://issuer.tieline.example"
AUDIENCE: Final = "tieline"
TOKEN_HOURS: Final = 24
KINDS: Final = ("crm", "billing", "support", "erp")

_PORTAL = ("portal:read", "portal:write")
_PARTNER = ("partner:read", "partner:write")
_INTERNAL = (
    *(f"system:{kind}:read" for kind in KINDS),
    "process:account-360:read",
    "process:entitlement:read",
)


class Person(Struct, frozen=True, kw_only=True):
    """Somebody who may try the demo. `key`: comes with an API key, not with a token."""

    scopes: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    children: bool = False
    everyone: bool = False
    plan: str = "default"
    key: bool = False


def cast(practice: Practice) -> dict[str, Person]:
    """The people by name, with the accounts of this practice company."""
    whose, accounts = practice.people(), practice.world.accounts
    return {
        "portal_parent": Person(scopes=_PORTAL, accounts=(accounts[whose.portal_parent].key,), children=True),
        "portal_small": Person(scopes=_PORTAL, accounts=(accounts[whose.portal_small].key,)),
        "agent": Person(scopes=("agent:read", "agent:write", "agent:finance"), everyone=True),
        "partner": Person(
            scopes=_PARTNER, accounts=tuple(accounts[one].key for one in whose.partner), key=True
        ),
        "partner_2": Person(
            scopes=_PARTNER, accounts=tuple(accounts[one].key for one in whose.partner_2), key=True
        ),
        "operator": Person(scopes=("operations:read", "operations:write"), everyone=True),
        "approver": Person(scopes=("operations:read", "operations:approve"), everyone=True),
        "internal": Person(scopes=_INTERNAL, everyone=True),
        "limited": Person(scopes=_PORTAL, accounts=(accounts[whose.limited].key,), plan="limited"),
    }


def issuer(data: Path) -> EmbeddedIssuer:
    """The demo's own issuer; its keys stay in the folder, and so its tokens stay good."""
    return EmbeddedIssuer(data / "issuer", ISSUER, AUDIENCE)


def minted(issuer: EmbeddedIssuer, name: str, person: Person) -> str:
    """A token of this person, good for a day."""
    who = Minted(
        subject=name,
        client="demo",
        scopes=person.scopes,
        plan=person.plan,
        accounts=person.accounts,
        children=person.children,
        everyone=person.everyone,
    )
    return issuer.mint(who, hours=TOKEN_HOURS)


@click.command(epilog="Example: tieline token --as agent")
@click.option("--as", "name", required=True, help="One of the demo's people, such as agent or portal_parent.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path(".demo"),
    show_default=True,
    help="The demo's folder.",
)
def token(name: str, data: Path) -> None:
    """Print a new token of one of the demo's people."""
    known = cast(opened(data / "practice"))
    with_token = sorted(one for one, person in known.items() if not person.key)
    if name not in with_token:
        raise click.ClickException(
            f"Nobody with a token is called {name}. There are: {', '.join(with_token)}."
        )
    click.echo(minted(issuer(data), name, known[name]))
