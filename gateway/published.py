"""Which API versions are open, to whom, and until when?"""

from datetime import UTC, datetime

from experience_apis.agent_console.v1 import routes as agent_v1
from experience_apis.customer_portal.v1 import routes as portal_v1
from experience_apis.customer_portal.v2 import routes as portal_v2
from experience_apis.operations.v1 import delivery_routes as operations_v1_deliveries
from experience_apis.operations.v1 import event_routes as operations_v1_events
from experience_apis.operations.v1 import routes as operations_v1
from experience_apis.operations.v1 import run_routes as operations_v1_runs
from experience_apis.operations.v1 import write_routes as operations_v1_writes
from experience_apis.partners.v1 import routes as partners_v1
from gateway.api import Api, Audience, Deprecation
from process_apis.account_360 import routes as account_360
from process_apis.entitlement import routes as entitlement
from system_apis.routes import billing, crm, erp, support

PUBLISHED: tuple[Api, ...] = (
    Api(
        document="portal.v2",
        title="Customer portal",
        about="What a customer may know of their own account, its group, its money and its cases.",
        prefix="/portal/v2",
        audience=Audience.CUSTOMERS,
        routers=(portal_v2.router,),
        version="2.0.0",
    ),
    Api(
        document="portal.v1",
        title="Customer portal",
        about="The same facts as in version 2, flat, without how far each can be trusted.",
        prefix="/portal/v1",
        audience=Audience.CUSTOMERS,
        routers=(portal_v1.router,),
        deprecation=Deprecation(
            since=datetime(2026, 11, 1, tzinfo=UTC),
            sunset=datetime(2028, 12, 31, 23, 59, 59, tzinfo=UTC),
            successor="portal.v2",
        ),
    ),
    Api(
        document="agent.v1",
        title="Agent console",
        about="What our agents may know of any account, found by whatever name or number they have.",
        prefix="/agent/v1",
        audience=Audience.AGENTS,
        routers=(agent_v1.router,),
    ),
    Api(
        document="partners.v1",
        title="Partners",
        about="What a partner's program may know of the customers it brought or serves. No money.",
        prefix="/partners/v1",
        audience=Audience.PARTNERS,
        routers=(partners_v1.router,),
    ),
    Api(
        document="operations.v1",
        title="Operations",
        about="How the connections are doing, what happened and what came of it, who may call and who does.",
        prefix="/operations/v1",
        audience=Audience.OPERATORS,
        routers=(
            operations_v1.router,
            operations_v1_runs.router,
            operations_v1_events.router,
            operations_v1_deliveries.router,
            operations_v1_writes.router,
        ),
        version="1.1.0",
    ),
    Api(
        document="process.account-360.v1",
        title="Account 360",
        about="The whole picture of one account, for our own programs.",
        prefix="/process/account-360/v1",
        audience=Audience.INTERNAL,
        routers=(account_360.router,),
        version="1.3.0",
    ),
    Api(
        document="process.entitlement.v1",
        title="Entitlement",
        about="May this account use this feature now? For our own programs.",
        prefix="/process/entitlement/v1",
        audience=Audience.INTERNAL,
        routers=(entitlement.router,),
        version="1.1.0",
    ),
    *(
        Api(
            document=f"system.{kind}.v1",
            title=f"System API: {kind}",
            about=f"What a connected {kind} system says, in canonical words. For our own programs.",
            prefix=f"/system/{kind}/v1",
            audience=Audience.INTERNAL,
            routers=(router,),
            version=version,
        )
        for kind, router, version in (
            ("crm", crm.router, "1.1.0"),
            ("billing", billing.router, "1.3.0"),
            ("support", support.router, "1.1.0"),
            ("erp", erp.router, "1.1.0"),
        )
    ),
)
