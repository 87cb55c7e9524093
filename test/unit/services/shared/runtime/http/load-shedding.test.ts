import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { Pool } from 'undici'
import { afterEach, expect, test } from 'vitest'
import { calmInFlight, leastInFlight } from '../../../../../../services/shared/runtime/http/adaptive-limit.ts'
import { type LoadSheddingOptions, loadShedding } from '../../../../../../services/shared/runtime/http/load-shedding.ts'
import { createServer } from '../../../../../../services/shared/runtime/http/server.ts'
import { createMetrics } from '../../../../../../services/shared/runtime/process/metrics.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A server whose `/held` answers when told, and whose `/busy` uses `?ms=` of CPU time. */
async function server(options: LoadSheddingOptions) {
  const metrics = createMetrics({ service: 'toy', pod: 'toy-0' })
  const shedding = loadShedding({ ...options, metrics })
  const app = createServer({
    logger: pino({ level: 'silent' }),
    ready: () => ({ ready: true, waitingFor: [] }),
    metrics,
    loadShedding: shedding,
  })
  const held: (() => void)[] = []
  let handled = 0
  app.all('/held', async () => {
    handled += 1
    await new Promise<void>((resolve) => held.push(resolve))
    return {}
  })
  app.get<{ Querystring: { ms: string } }>('/busy', ({ query: { ms } }) => {
    const used = () => process.threadCpuUsage().user / 1000
    for (const until = used() + Number(ms); used() < until; );
    return {}
  })
  const answerAll = () => {
    for (const answer of held.splice(0)) answer()
  }
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const pool = new Pool(url)
  closing.push(
    () => app.close(),
    () => pool.close(),
    async () => answerAll(),
  )
  const ask = async (
    path: string,
    options: { method?: string; headers?: Record<string, string>; body?: string; signal?: AbortSignal } = {},
  ) => {
    const { statusCode, headers, body } = await pool.request({ method: 'GET', path, ...options })
    return { status: statusCode, headers, body: await body.text() }
  }
  const value = async (name: string) => Number(new RegExp(`^${name}{.*} (.*)$`, 'm').exec((await ask('/metrics')).body)?.[1])
  return {
    ask,
    url,
    answered: shedding.answered,
    held,
    handled: () => handled,
    refusedCount: () => value('http_server_requests_shed_total'),
    limit: () => value('http_server_in_flight_limit'),
    inFlight: () => value('http_server_requests_in_flight'),
    answerAll,
  }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(5)
}

test('what is beyond the limit is refused at once, before any work', async () => {
  const { ask, held, handled, answerAll, refusedCount } = await server({ maxInFlight: 2 })
  const taken = [ask('/held'), ask('/held')]
  await until(() => held.length === 2)
  const refused = await ask('/held')
  expect(refused.status).toBe(503)
  expect(refused.headers).toMatchObject({ 'retry-after': '1', 'content-type': 'application/problem+json; charset=utf-8' })
  expect(JSON.parse(refused.body)).toMatchObject({ type: 'urn:breakwater:problem:OVERLOADED', code: 'OVERLOADED', status: 503 })
  expect(handled()).toBe(2)
  expect(await refusedCount()).toBe(1)
  answerAll()
  expect((await Promise.all(taken)).map(({ status }) => status)).toEqual([200, 200])
  const next = ask('/held')
  await until(() => held.length === 1)
  answerAll()
  expect((await next).status).toBe(200)
})

test('whoever is refused early gets the answer that whoever is refused late gets', async () => {
  const { ask, held, answerAll, refusedCount } = await server({ maxInFlight: 1 })
  const taken = ask('/held')
  await until(() => held.length === 1)
  const path = '/held?q=%22"ü'
  // Without what belongs to the connection and the moment.
  const parts = ({ status, headers, body }: Awaited<ReturnType<typeof ask>>) => {
    const { date, connection, 'keep-alive': keepAlive, ...rest } = headers
    return { status, headers: rest, body }
  }
  const early = parts(await ask(encodeURI(path)))
  // A body is read to its end, which only Fastify's way does.
  const late = parts(await ask(encodeURI(path), { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }))
  expect(early).toEqual(late)
  expect(JSON.parse(early.body).instance).toBe(encodeURI(path))
  expect((await ask('/held', { method: 'HEAD' })).body).toBe('')
  expect(await refusedCount()).toBe(3)
  answerAll()
  await taken
})

test('health, readiness and metrics are answered beyond the limit', async () => {
  const { ask, held, answerAll } = await server({ maxInFlight: 1 })
  const taken = ask('/held')
  await until(() => held.length === 1)
  for (const path of ['/healthz', '/readyz', '/metrics', '/healthz/', '/metrics?all']) expect((await ask(path)).status).toBe(200)
  answerAll()
  await taken
})

test('a caller who leaves makes room', async () => {
  const { ask, held, inFlight, answerAll } = await server({ maxInFlight: 1 })
  const leaving = new AbortController()
  const left = ask('/held', { signal: leaving.signal }).catch(() => 'left')
  await until(() => held.length === 1)
  leaving.abort()
  expect(await left).toBe('left')
  await until(async () => (await inFlight()) === 0)
  const next = ask('/held')
  await until(() => held.length === 2)
  answerAll()
  expect((await next).status).toBe(200)
})

test('who only waits is refused like others, and keeps nobody out', async () => {
  const { ask, held, answerAll, inFlight } = await server({ maxInFlight: 1, onlyWaits: ({ headers }) => headers.prefer === 'wait=5' })
  const waiting = { headers: { prefer: 'wait=5' } }
  const taken = [ask('/held', waiting), ask('/held', waiting), ask('/held')]
  await until(() => held.length === 3)
  expect(await inFlight()).toBe(1)
  expect((await ask('/held', waiting)).status).toBe(503)
  answerAll()
  await Promise.all(taken)
})

test('a refused body is read to its end, and the connection serves the next request', async () => {
  const { ask, held, answerAll } = await server({ maxInFlight: 1 })
  const taken = ask('/held')
  await until(() => held.length === 1)
  const refused = await ask('/held', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify('x'.repeat(60_000)),
  })
  expect(refused.status).toBe(503)
  expect(refused.headers.connection).not.toBe('close')
  answerAll()
  await taken
})

test('without a limit nothing is refused', async () => {
  const { ask, held, answerAll } = await server({ maxInFlight: 0 })
  const taken = Array.from({ length: 50 }, () => ask('/held'))
  await until(() => held.length === 50)
  answerAll()
  expect(new Set((await Promise.all(taken)).map(({ status }) => status))).toEqual(new Set([200]))
})

test('work that fills the event loop lowers the limit (that waiting does not is shown by adaptive-limit.test.ts, without a clock)', async () => {
  const { ask, limit } = await server({ maxInFlight: 256 })
  const busy = Array.from({ length: 40 }, () => ask('/busy?ms=10'))
  await until(async () => (await limit()) < calmInFlight)
  await Promise.all(busy)
})

test('slow calls to other services lower the limit, and after a rest it is open again', async () => {
  const { ask, answered, held, limit, answerAll } = await server({ maxInFlight: 256, slowCallMs: 25 })
  const taken = ask('/held')
  await until(() => held.length === 1)
  await until(async () => {
    answered('catalog', 40)
    return (await limit()) === leastInFlight.slowCalls
  })
  answerAll()
  await taken
  // Longer than the stretches of time in which the event loop is watched.
  await delay(300)
  const next = ask('/held')
  await until(() => held.length === 1)
  expect(await limit()).toBe(calmInFlight)
  answerAll()
  await next
})

test('while it cannot keep up, nothing is done for callers who have gone', async () => {
  const { ask, url, handled, held, limit, answerAll } = await server({ maxInFlight: 256 })
  // Lowers the limit, which then stays where it is: nothing reaches it.
  await Promise.all(Array.from({ length: 20 }, () => ask('/busy?ms=5')))
  expect(await limit()).toBeLessThan(calmInFlight)
  // Both are in the server's socket before it reads: the request, and that its caller has gone.
  const { port } = new URL(url)
  const gone = connect(Number(port), '127.0.0.1')
  await once(gone, 'connect')
  gone.end('GET /held HTTP/1.1\r\nhost: toy\r\n\r\n')
  await once(gone, 'close')
  expect(handled()).toBe(0)
  const stays = ask('/held')
  await until(() => held.length === 1)
  answerAll()
  expect((await stays).status).toBe(200)
})
