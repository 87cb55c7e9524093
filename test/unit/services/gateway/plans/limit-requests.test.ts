import { beforeEach, expect, test } from 'vitest'
import { newApiKey } from '../../../../../services/gateway/plans/api-key.ts'
import { CountingUnavailable } from '../../../../../services/gateway/plans/counting/counting.ts'
import { countInMemory } from '../../../../../services/gateway/plans/counting/in-memory.ts'
import { type LimitOptions, limitRequests, type SharedThrottle } from '../../../../../services/gateway/plans/limit-requests.ts'
import { usageInMemory } from '../../../../../services/gateway/plans/usage/in-memory.ts'
import type { UsagePlan } from '../../../../../services/shared/contracts/api/usage-plans.ts'
import { createServer, type Server } from '../../../../../services/shared/runtime/http/server.ts'
import { createLogger } from '../../../../../services/shared/runtime/process/logger.ts'
import { createMetrics } from '../../../../../services/shared/runtime/process/metrics.ts'
import { ringOf } from './ring.ts'

const slow = newApiKey()
const free = newApiKey()
const none = newApiKey()
const plans: readonly UsagePlan[] = [
  { id: 'slow', throttle: { rate: 2, burst: 2 } },
  { id: 'free', throttle: { rate: 1000, burst: 1000 }, quota: { day: 5, month: 3 } },
  { id: 'unlimited' },
]
const keyOf = ({ id, sha256 }: typeof slow, planId: string, scopes: string[] = []) =>
  ({ id, sha256, name: planId, planId, scopes, createdAt: '2026-01-01T00:00:00Z' }) as never
const ring = ringOf([keyOf(slow, 'slow'), keyOf(free, 'free', ['orders:any']), keyOf(none, 'unlimited')], plans)

let now: number
let lines: string[]
let throttles: SharedThrottle[]

beforeEach(() => {
  now = Date.parse('2026-03-10T12:00:00Z')
  lines = []
  throttles = []
})

interface Served {
  readonly app: Server
  readonly usage: LimitOptions['usage']
  readonly metrics: ReturnType<typeof createMetrics>
}

function serve(more: Partial<LimitOptions> = {}): Served {
  const logger = createLogger({ service: 'gateway', pod: 'test', level: 'info' }, { write: (line: string) => void lines.push(line) })
  const metrics = createMetrics({ service: 'gateway', pod: 'test' })
  const app = createServer({ logger, metrics, ready: () => ({ ready: true, waitingFor: [] }) })
  const usage = usageInMemory(() => now)
  const counting = countInMemory(() => now)
  limitRequests(app, { ring, counting, usage, metrics, throttlesOf: () => throttles, needsKey: () => false, now: () => now, ...more })
  app.get('/hello', ({ apiKey }) => ({ apiKey: apiKey ?? null }))
  return { app, usage, metrics }
}

const get = (app: Server, key?: string, url = '/hello') => app.inject({ url, headers: key === undefined ? {} : { 'x-api-key': key } })

test('a request with a key is known by its id, and told its limits', async () => {
  const { app } = serve()
  const answer = await get(app, free.text)
  expect(answer.json()).toEqual({ apiKey: { id: free.id, planId: 'free', scopes: ['orders:any'] } })
  expect(answer.headers['ratelimit-policy']).toBe('"rate";q=1000;w=1, "month";q=3;w=2678400, "day";q=5;w=86400')
  expect(answer.headers.ratelimit).toBe('"rate";r=999;t=1, "month";r=2;t=1857600, "day";r=4;t=43200')
  expect((await get(app, none.text)).headers).not.toHaveProperty('ratelimit')
  expect((await get(app)).json()).toEqual({ apiKey: null })
})

test('too fast is 429 with the time after which there is a place again, and costs no other key anything', async () => {
  const { app, usage } = serve()
  for (const status of [200, 200]) expect((await get(app, slow.text)).statusCode).toBe(status)
  const refused = await get(app, slow.text)
  expect(refused.statusCode).toBe(429)
  expect(refused.headers).toMatchObject({
    'retry-after': '1',
    ratelimit: '"rate";r=0;t=1',
    'content-type': 'application/problem+json; charset=utf-8',
  })
  expect(refused.json()).toEqual({
    type: 'urn:breakwater:problem:RATE_EXCEEDED',
    title: 'The requests of this key come too fast',
    status: 429,
    code: 'RATE_EXCEEDED',
    detail: 'Plan slow allows 2 requests a second, and 2 at once.',
    instance: '/hello',
    'violated-policies': ['rate'],
  })
  expect((await get(app, free.text)).statusCode).toBe(200)
  now += 500
  expect((await get(app, slow.text)).statusCode).toBe(200)
  expect(await usage.of(slow.id, ['2026-03-10'])).toEqual([{ day: '2026-03-10', admitted: 3, throttled: 1, overQuota: 0 }])
})

test('a quota that is used up is 429 until its period ends, and of two quotas the refused request is counted in neither', async () => {
  const { app, usage } = serve()
  for (let sent = 0; sent < 3; sent += 1) expect((await get(app, free.text)).statusCode).toBe(200)
  const refused = await get(app, free.text)
  expect(refused.json()).toMatchObject({ code: 'QUOTA_EXCEEDED', 'violated-policies': ['month'] })
  expect(refused.headers['retry-after']).toBe(String(21.5 * 86_400))
  for (let sent = 0; sent < 9; sent += 1) expect((await get(app, free.text)).json().code).toBe('QUOTA_EXCEEDED')
  now = Date.parse('2026-04-01T00:00:00Z')
  expect((await get(app, free.text)).headers.ratelimit).toContain('"month";r=2')
  expect(await usage.of(free.id, ['2026-03-10', '2026-04-01'])).toEqual([
    { day: '2026-03-10', admitted: 3, throttled: 0, overQuota: 10 },
    { day: '2026-04-01', admitted: 1, throttled: 0, overQuota: 0 },
  ])
})

test('a day that is used up does not spend the month', async () => {
  const key = newApiKey()
  const plan: UsagePlan = { id: 'both', quota: { day: 2, month: 100 } }
  const { app } = serve({ ring: ringOf([keyOf(key, 'both')], [plan]) })
  for (let sent = 0; sent < 10; sent += 1) await get(app, key.text)
  now += 86_400_000
  expect((await get(app, key.text)).headers.ratelimit).toContain('"month";r=97')
})

test('what a route or a stage allows all callers together is taken after the key had its own place, and before its quota', async () => {
  const { app, metrics } = serve()
  throttles = [{ by: 'route', bucket: 'hello', throttle: { rate: 1, burst: 3 } }]
  for (let sent = 0; sent < 2; sent += 1) expect((await get(app, slow.text)).statusCode).toBe(200)
  // Refused for its own rate: takes nothing that is shared.
  for (let sent = 0; sent < 5; sent += 1) expect((await get(app, slow.text)).json().code).toBe('RATE_EXCEEDED')
  expect((await get(app)).statusCode).toBe(200)
  const refused = await get(app)
  expect(refused.statusCode).toBe(429)
  expect(refused.json()).toMatchObject({ code: 'THROTTLED', 'violated-policies': ['route'] })
  expect(refused.headers['retry-after']).toBe('1')
  for (let sent = 0; sent < 5; sent += 1) expect((await get(app, free.text)).json().code).toBe('THROTTLED')
  throttles = []
  // Two of three are left of the month, because this one was taken.
  expect((await get(app, free.text)).headers.ratelimit).toContain('"month";r=2')
  const shown = await metrics.metrics()
  expect(shown).toMatch(/gateway_throttled_requests_total\{by="route".*\} 6/)
  expect(shown).toMatch(/gateway_plan_requests_total\{plan="slow",outcome="throttled".*\} 5/)
})

test.each([
  ['unknown', newApiKey().text],
  ['malformed', 'secret'],
  ['malformed', `${slow.text}, ${slow.text}`],
  ['wrong', `${slow.id}${free.text.slice(16)}`],
])('a key that is %s is 401, and the answers do not tell which of these it was', async (reason, text) => {
  const { app, metrics } = serve()
  const answer = await get(app, text)
  expect(answer.statusCode).toBe(401)
  expect(answer.headers['www-authenticate']).toBe('ApiKey realm="breakwater"')
  expect(answer.json()).toEqual({
    type: 'urn:breakwater:problem:API_KEY_INVALID',
    title: 'The API key is not one that may be used now',
    status: 401,
    code: 'API_KEY_INVALID',
    instance: '/hello',
  })
  expect(await metrics.metrics()).toContain(`gateway_api_keys_refused_total{reason="${reason}"`)
})

test('where a key is needed a request without one is 401; health, readiness and metrics are answered', async () => {
  const { app } = serve({ needsKey: () => true })
  expect((await get(app)).json()).toMatchObject({ status: 401, code: 'API_KEY_REQUIRED' })
  expect((await get(app, none.text)).statusCode).toBe(200)
  for (const url of ['/healthz', '/readyz', '/metrics']) expect((await get(app, undefined, url)).statusCode).toBe(200)
})

test.each([
  `/hello?api_key=${none.text}`,
  `/hello?x-api-key=anything`,
  `/hello?other=${none.text}`,
  `/hello?other=%62wk${none.text.slice(3)}`,
  `/hello?a=1&ApiKey=x`,
  `/${none.text}`,
])('a key in an address is refused, even a good one, and not repeated: %s', async (url) => {
  const { app } = serve()
  const answer = await get(app, none.text, url)
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ code: 'API_KEY_IN_ADDRESS' })
  expect(answer.body).not.toContain(none.text.slice(17))
})

test('the log has the id of a key and never the key', async () => {
  const { app } = serve()
  await get(app, slow.text)
  await get(app, slow.text, `/hello?api_key=${free.text}`)
  await get(app, slow.text, `/${free.text}`)
  await get(app, `${slow.text}x`)
  const log = lines.join('')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'request', path: '/hello', status: 200, apiKey: slow.id, plan: 'slow' })
  expect(log).not.toContain(slow.text.slice(17))
  expect(log).not.toContain(free.text.slice(17))
  expect(log).not.toContain(slow.sha256)
})

test('when requests cannot be counted and must be, the answer is 503 with Retry-After', async () => {
  const away = () => Promise.reject(new CountingUnavailable())
  const { app } = serve({ counting: { take: away, count: away, uncount: away, counted: away } })
  const answer = await get(app, slow.text)
  expect(answer.statusCode).toBe(503)
  expect(answer.headers['retry-after']).toBe('1')
  expect(answer.json()).toMatchObject({ code: 'LIMITS_UNAVAILABLE' })
  expect((await get(app, none.text)).statusCode).toBe(200)
})

test('what there is not is told to everybody, whatever key they bring', async () => {
  const { app } = serve({ needsKey: () => true })
  expect((await get(app)).statusCode).toBe(401)
  expect((await get(app, newApiKey().text)).statusCode).toBe(401)
  expect((await get(app, undefined, '/nowhere')).statusCode).toBe(404)
  expect((await get(app, newApiKey().text, '/nowhere')).statusCode).toBe(404)
  const wrong = await app.inject({ method: 'DELETE', url: '/hello', headers: { 'x-api-key': newApiKey().text } })
  expect(wrong.statusCode).toBe(405)
})
