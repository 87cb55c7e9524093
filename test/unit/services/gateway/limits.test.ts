import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { defaultConnectionPool } from '../../../../mesh/constructs/defaults.ts'
import { maxConnections } from '../../../../mesh/envoy/bootstrap.ts'
import { localReplies } from '../../../../mesh/envoy/edge.ts'
import { ingressTimeout } from '../../../../mesh/ingress.ts'
import { policies } from '../../../../mesh/policies.ts'
import { config } from '../../../../services/gateway/config.ts'
import { gatewayErrors } from '../../../../services/gateway/errors.ts'
import { ordersErrors } from '../../../../services/orders/errors.ts'
import { mostVersions } from '../../../../services/orders/routes/if-match.ts'
import {
  CustomerId,
  IdempotencyKey,
  OrderListQuery,
  OrderQuery,
  OrderRequest,
  OrderSnapshot,
  Quantity,
  Sku,
  StuckQuery,
  workload,
} from '../../../../services/shared/contracts/index.ts'
import {
  maxBodyBytes,
  maxBodyDepth,
  maxEdgeHeadBytes,
  maxHeadBytes,
  requestTimeoutMs,
} from '../../../../services/shared/contracts/request-limits.ts'
import { leastInFlight, recentMs } from '../../../../services/shared/runtime/http/adaptive-limit.ts'
import { maxResponseSize } from '../../../../services/shared/runtime/http/mesh-client.ts'
import { longestWait } from '../../../../services/shared/runtime/http/prefer.ts'
import { commonProblems } from '../../../../services/shared/runtime/http/problem.ts'
import { discardLimit } from '../../../../services/shared/runtime/http/unread-bodies.ts'

const readme = readFileSync(new URL('../../../../services/gateway/README.md', import.meta.url), 'utf8')
const table = readme.slice(readme.indexOf('| what | limit | beyond it |'), readme.indexOf('What the HTTP parser cannot read'))
/** What → limit and what is beyond it. */
const rows = new Map(
  [...table.matchAll(/^\| ([^|]+?) \| ([^|]+?) \| ([^|]+?) \|$/gm)]
    .filter(([, what = '']) => what !== 'what' && !what.startsWith('-'))
    .map(([, what = '', limit = '', beyond = '']) => [what, `${limit} | ${beyond}`]),
)

/** What a schema demands; its type does not say which of it. What is missing shows as `undefined`, which the README does not say. */
interface Rules extends Readonly<Record<'minimum' | 'maximum' | 'minItems' | 'maxItems' | 'maxLength' | 'default', number>> {
  readonly pattern: string
}
const rulesOf = (schema: object): Rules => schema as Rules

const kib = (bytes: number): string => `${bytes / 1024} KiB`
const mib = (bytes: number): string => `${bytes / 1024 / 1024} MiB`
const grouped = (count = Number.NaN): string => (count < 10_000 ? String(count) : String(count).replace(/\B(?=(\d{3})+$)/g, ' '))
/** Milliseconds, or a duration of Istio's. */
const seconds = (time: number | string | undefined): string =>
  typeof time === 'string' && !time.endsWith('ms') ? time.replace('s', ' s') : `${Number.parseInt(String(time), 10) / 1000} s`
const range = (schema: object): string => `${grouped(rulesOf(schema).minimum)} to ${grouped(rulesOf(schema).maximum)}`
/** Least and most of the only `{n,m}` of a pattern. */
const repeats = (schema: object): number[] => (/\{(\d+),(\d+)\}/.exec(rulesOf(schema).pattern) ?? []).slice(1).map(Number)

const { lines, shipTo } = OrderRequest.properties
const { name, street, city, postalCode, country } = shipTo.properties
const { limit, after } = OrderListQuery.properties
const gatewayTimeoutMs = rulesOf(config.properties.UPSTREAM_TIMEOUT_MS).default
const [shortestKey, longestKey] = repeats(IdempotencyKey)
const [, restOfCustomer = Number.NaN] = repeats(CustomerId)
const routeOf = (destination: keyof typeof policies) => policies[destination]?.({ least: 1, most: 1 }).route
const { tcp, http } = defaultConnectionPool

/** Each row with what the code makes of it. */
const limits: Readonly<Record<string, readonly string[]>> = {
  body: [kib(maxBodyBytes), mib(discardLimit), '413 `BODY_TOO_LARGE`', '415 `UNSUPPORTED_MEDIA_TYPE`'],
  'nesting of a body': [`${maxBodyDepth} objects and lists`, '400 `BODY_TOO_DEEP`'],
  'address and headers together': [kib(maxEdgeHeadBytes), `(${kib(maxHeadBytes)} without a proxy`],
  // The default of Envoy; edge.test.ts of the integration tests sends more to a real one.
  'number of headers': ['100,'],
  'time for a request to arrive': [seconds(requestTimeoutMs)],
  "connections at the laptop's entry": [grouped(maxConnections)],
  'calls to one service at a time': [`${tcp?.maxConnections} connections`, `${http?.http1MaxPendingRequests} requests`],
  'requests in flight': [
    `${rulesOf(config.properties.MAX_IN_FLIGHT).default}, and fewer`,
    `fewer than ${leastInFlight.slowCalls} that came less than ${recentMs} ms ago;`,
    '503 `OVERLOADED`',
  ],
  'answer of one service': [mib(maxResponseSize)],
  'time for the answer of one service': [
    ...workload('gateway').calls.map((called) => `${called} ${seconds(routeOf(called as keyof typeof policies)?.timeout)}`),
    `(${seconds(routeOf('order-history')?.longPollTimeout)} with \`Prefer: wait\`)`,
    `gives up after ${seconds(gatewayTimeoutMs)}`,
  ],
  'time for the whole answer': [seconds(ingressTimeout)],
  '`Idempotency-Key`': [`${shortestKey} to ${longestKey} characters`],
  '`If-Match`': [`${mostVersions} versions`],
  '`Prefer: wait=n`': [`${longestWait} s`],
  'lines of an order': [`${rulesOf(lines).minItems} to ${rulesOf(lines).maxItems},`],
  'quantity of a line': [range(Quantity)],
  'total of an order': [`${grouped(rulesOf(OrderSnapshot.properties.total).maximum / 100)}.00 €`],
  'name, street, city, postal code': [[name, street, city, postalCode].map((text) => rulesOf(text).maxLength).join(', ')],
  country: [rulesOf(country).pattern === '^[A-Z]{2}$' ? 'two letters' : rulesOf(country).pattern],
  'customer, SKU': [`${restOfCustomer + 1} and ${rulesOf(Sku).maxLength} characters`],
  '`limit` of a list': [
    range(limit),
    range(StuckQuery.properties.limit),
    `${rulesOf(limit).default} orders and ${rulesOf(StuckQuery.properties.limit).default} stuck`,
  ],
  '`after`, `at`': [`${rulesOf(after).maxLength} and ${rulesOf(OrderQuery.properties.at).maxLength} characters`],
  '`waited-ms`': [range(StuckQuery.properties['waited-ms'])],
}

test('the README has a row for each limit, and none besides', () => {
  expect([...rows.keys()].sort()).toEqual(Object.keys(limits).sort())
})

test.each(Object.entries(limits))('the README says the limit of the code: %s', (what, said) => {
  for (const text of said) expect(rows.get(what)).toContain(text)
})

test('each problem beyond a limit has its own status', () => {
  const ofProxies = Object.fromEntries(localReplies.map(({ code, status }) => [code, { status }]))
  const ofTheRuntime = { VERSION_CONFLICT: { status: 412 } }
  const statuses: Readonly<Record<string, { readonly status: number }>> = {
    ...ofProxies,
    ...ofTheRuntime,
    ...commonProblems,
    ...gatewayErrors,
    ...ordersErrors,
  }
  const named = [...table.matchAll(/(\d{3}) `([A-Z_]+)`/g)].map(([, status, code = '']) => [code, Number(status)])
  expect(named.length).toBeGreaterThan(15)
  expect(named).toEqual(named.map(([code = '']) => [code, statuses[code]?.status]))
})

test('the proxy gives a service up before the gateway does, and says more', () => {
  for (const { timeout } of workload('gateway').calls.map((called) => routeOf(called as keyof typeof policies) ?? { timeout: '' }))
    expect(Number.parseFloat(seconds(timeout))).toBeLessThan(gatewayTimeoutMs / 1000)
})

test('no more requests are in flight than the mesh lets call one service', () => {
  expect(rulesOf(config.properties.MAX_IN_FLIGHT).default).toBe((tcp?.maxConnections ?? 0) + (http?.http1MaxPendingRequests ?? 0))
})
