import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { createProbe } from '../../../../services/probe/app.ts'
import type { Client } from '../../../../services/probe/clients.ts'

const apps: ReturnType<typeof createProbe>[] = []
let ids = 0

const probe = (send: Client['send']) => {
  const app = createProbe({
    logger: pino({ level: 'silent' }),
    client: { send, close: async () => {} },
    newId: () => `run-${++ids}`,
  })
  apps.push(app)
  return app
}

const request = { service: 'httpbin', method: 'GET', path: '/get', count: 3, concurrency: 2, timeoutMs: 100 }
const start = (app: ReturnType<typeof createProbe>, body: object = request) => app.inject({ method: 'POST', url: '/runs', payload: body })

const finished = async (app: ReturnType<typeof createProbe>, id: string) => {
  for (;;) {
    const run = (await app.inject(`/runs/${id}`)).json()
    if (run.done) return run
    await new Promise(setImmediate)
  }
}

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})

test('a run sends count requests with at most concurrency at once, and reports each', async () => {
  let under = 0
  let most = 0
  const app = probe(async () => {
    most = Math.max(most, ++under)
    await new Promise(setImmediate)
    under--
    return { status: 200, ms: 1, overloaded: false }
  })
  const started = await start(app)
  expect(started.statusCode).toBe(202)
  const { id } = started.json()
  expect(started.headers.location).toBe(`/runs/${id}`)
  const run = await finished(app, id)
  expect(run.records).toEqual(Array(3).fill({ status: 200, ms: 1, overloaded: false }))
  expect(most).toBe(2)
})

test('a run can be read while its requests wait', async () => {
  const app = probe(
    (_, signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve({ ms: 1, overloaded: false, error: 'stopped' }))),
  )
  const { id } = (await start(app)).json()
  expect((await app.inject(`/runs/${id}`)).json()).toEqual({ id, done: false, records: [] })
})

test('requests go through a proxy by Host, method and path', async () => {
  const shots: unknown[] = []
  const app = probe(async ({ service, method, path }) => {
    shots.push({ service, method, path })
    return { status: 200, ms: 1, overloaded: false }
  })
  await finished(app, (await start(app, { ...request, count: 1 })).json().id)
  expect(shots).toEqual([{ service: 'httpbin', method: 'GET', path: '/get' }])
})

test.each([
  ['a service that the topology does not let it call', { service: 'payments' }],
  ['too many', { count: 10_001 }],
  ['too many at once', { concurrency: 257 }],
  ['a path without a slash', { path: 'get' }],
  ['an unknown field', { url: 'http://elsewhere' }],
])('refuses %s', async (_, part) => {
  const answer = await start(
    probe(async () => ({ ms: 1, overloaded: false })),
    { ...request, ...part },
  )
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ code: 'VALIDATION_FAILED' })
})

test('an unknown run is a 404, a seventeenth at once a 429', async () => {
  const app = probe((_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve({ ms: 1, overloaded: false }))))
  expect((await app.inject('/runs/none')).json()).toMatchObject({ status: 404, code: 'RUN_UNKNOWN' })
  for (let n = 0; n < 16; n++) expect((await start(app)).statusCode).toBe(202)
  expect((await start(app)).json()).toMatchObject({ status: 429, code: 'TOO_MANY_RUNS' })
})
