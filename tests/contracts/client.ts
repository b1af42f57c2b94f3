// Does a client made of our documents compile strictly, and read typed answers and problems?

import createClient from "openapi-fetch";
import type { components as agent, paths as AgentPaths } from "./agent.v1.js";
import type { paths as PartnersPaths } from "./partners.v1.js";
import type { paths as PortalPaths } from "./portal.v2.js";
import type { paths as PortalV1Paths } from "./portal.v1.js";
import type { paths as OperationsPaths } from "./operations.v1.js";

const baseUrl: string = process.argv[2]!;
const people: Record<string, { token?: string; api_key?: string; account?: string }> = JSON.parse(process.argv[3]!);

function proof(name: string): Record<string, string> {
  const person = people[name]!;
  return person.api_key ? { "X-API-Key": person.api_key } : { Authorization: `Bearer ${person.token}` };
}

const portal = createClient<PortalPaths>({ baseUrl, headers: proof("portal_parent") });
const portalV1 = createClient<PortalV1Paths>({ baseUrl, headers: proof("portal_parent") });
const agents = createClient<AgentPaths>({ baseUrl, headers: proof("agent") });
const partners = createClient<PartnersPaths>({ baseUrl, headers: proof("partner") });
const operations = createClient<OperationsPaths>({ baseUrl, headers: proof("operator") });
const stranger = createClient<PortalPaths>({ baseUrl, headers: proof("agent") });

const account: string = people["portal_parent"]!.account!;
const mine = await portal.GET("/portal/v2/account");
const before = await portalV1.GET("/portal/v1/account");
const invoices = await portal.GET("/portal/v2/invoices", { params: { query: { limit: 1 } } });
const theirs = await agents.GET("/agent/v1/accounts/{account_id}", { params: { path: { account_id: account } } });
const brought = await partners.GET("/partners/v1/accounts");
const checked = await partners.POST("/partners/v1/entitlement-checks", {
  body: { checks: [{ account: brought.data!.data[0]!.account, feature: "sso" }] },
});
const connections = await operations.GET("/operations/v1/connections");
const refused = await stranger.GET("/portal/v2/account");

// @ts-expect-error: a parameter that is not promised does not compile
await portal.GET("/portal/v2/invoices", { params: { query: { size: 1 } } });

const state: agent["schemas"]["State"] = theirs.data!.parts.profile.state;
const minor: number = invoices.data!.data[0]!.total.minor;
const code: string = refused.error!.code;
const status: number = refused.error!.status;

console.log(
  JSON.stringify({
    account: mine.data!.account,
    before: before.response.status,
    state,
    minor,
    granted: checked.response.status,
    connections: connections.data!.data.map((one) => one.name).length,
    code,
    status,
  }),
);
