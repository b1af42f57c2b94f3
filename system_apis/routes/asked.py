"""Which system does a path mean?"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from litestar.di import NamedDependency
from litestar.params import PathParameter, SkipValidation

from canonical.identity import Kind
from system_apis.connections import Connection, Connections, NoConnection
from system_apis.errors import Missing
from system_apis.ports import Billing, Crm, Erp, Support

ConnectionName = Annotated[
    str, PathParameter(min_length=1, max_length=64, description="The name of the connection that is asked.")
]
OpenConnections = NamedDependency[SkipValidation[Connections]]
Asked = NamedDependency[SkipValidation[Connection]]
AnyPort = NamedDependency[SkipValidation[Crm | Billing | Support | Erp]]
CrmPort = NamedDependency[SkipValidation[Crm]]
BillingPort = NamedDependency[SkipValidation[Billing]]
SupportPort = NamedDependency[SkipValidation[Support]]
ErpPort = NamedDependency[SkipValidation[Erp]]


def asked_of(kind: Kind) -> Callable[..., Awaitable[Connection]]:
    """A dependency: the connection that the path names. `Missing` when it is none of this kind.

    Another kind's connection is missing too: the caller's scope is for this kind only.
    """

    async def asked(connections: OpenConnections, connection: ConnectionName) -> Connection:
        try:
            found = connections.by_name(connection)
        except NoConnection:
            raise Missing(connection, "no such connection") from None
        if found.kind is not kind:
            raise Missing(connection, f"no {kind} connection")
        return found

    return asked


async def port_of(asked: Asked) -> Any:
    """A dependency: what is asked of that connection."""
    return asked.port
