// How would one build the same answers with Fastify?
//
// Each part as its own documents advise: @fastify/rate-limit in memory, a limit per client; fast-jwt with its
// cache of verified tokens; undici with a pool per upstream; a schema for what is serialised. The first
// argument names a file with the accounts and what is asked upstream for each, the second is the port.

import { readFileSync } from 'node:fs'
import { createPublicKey } from 'node:crypto'
import Fastify from 'fastify'
import rateLimit from '@fastify/rate-limit'
import { createVerifier } from 'fast-jwt'
import { Pool } from 'undici'

const work = JSON.parse(readFileSync(process.argv[2]))
const key = createPublicKey({ key: work.key, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
const verify = createVerifier({
  key,
  algorithms: ['ES256'],
  allowedIss: work.issuer,
  allowedAud: work.audience,
  cache: 10000,
  cacheTTL: 60000
})

const pools = new Map()
async function asked ({ method, url, body, headers }) {
  const slash = url.indexOf('/', 'http://'.length)
  const origin = url.slice(0, slash)
  let pool = pools.get(origin)
  if (pool === undefined) pools.set(origin, (pool = new Pool(origin, { connections: 64 })))
  const answer = await pool.request({
    method,
    path: url.slice(slash), // as it is: URL would write some signs of a query in another way
    body: body || undefined,
    headers: { ...work.headers, ...headers }
  })
  if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode}`)
  return answer.body.json()
}

function account (id) {
  const known = work.accounts[id]
  if (known === undefined) throw Object.assign(new Error('no such account'), { statusCode: 404 })
  return known
}

const app = Fastify()
await app.register(rateLimit, {
  global: false,
  hook: 'preHandler',
  keyGenerator: request => request.caller.sub
})
app.decorateRequest('caller', null)

async function theCaller (request) {
  try {
    request.caller = verify((request.headers.authorization ?? '').slice(7))
  } catch (error) {
    throw Object.assign(error, { statusCode: 401 })
  }
  if (!request.caller.scope.split(' ').includes('agent:read')) {
    throw Object.assign(new Error('not allowed'), { statusCode: 403 })
  }
}

const governed = {
  onRequest: theCaller,
  config: { rateLimit: { max: work.most, timeWindow: '1 minute' } }
}
const text = { type: 'string', nullable: true }
const decision = {
  type: 'object',
  properties: {
    account: text,
    feature: text,
    decision: text,
    reason: text,
    tier: text,
    sla: { type: 'object', nullable: true, properties: { tier: text, first_response_minutes: { type: 'integer' } } },
    valid_until: text,
    fallback: { type: 'boolean' },
    facts: {
      type: 'array',
      items: { type: 'object', properties: { name: text, source: text, observed_at: text, state: text } }
    }
  }
}

app.get(
  '/v1/accounts/:id/entitlements/:feature',
  { ...governed, schema: { response: { 200: decision } } },
  async ({ params }) => ({ ...account(params.id).entitlement, feature: params.feature })
)
app.get('/v1/invoices/:id', governed, async ({ params }) => asked(account(params.id).invoices))
app.get('/v1/accounts/:id', governed, async ({ params }) => ({
  account: params.id,
  parts: await Promise.all(account(params.id).picture.map(asked))
}))
app.get('/livez', async () => ({ status: 'ok' }))

await app.listen({ port: Number(process.argv[3]), host: '127.0.0.1' })
