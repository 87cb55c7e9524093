import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { createHttpbin } from '../../../../services/httpbin/app.ts'
import { createWorker } from '../../../../services/httpbin/routes/worker.ts'

const open: ReturnType<typeof createHttpbin>[] = []

const httpbin = (maxHoldMs = 5_000) => {
  const servers = createHttpbin({ logger: pino({ level: 'silent' }), maxHoldMs })
  open.push(servers)
  return servers
}

const latches = async ({ control }: ReturnType<typeof createHttpbin>) => (await control.inject('/latches')).json()

/** inject starts a request in later turns of the event loop. */
const until = async (holds: () => Promise<boolean>) => {
  while (!(await holds())) await new Promise(setImmediate)
}

afterEach(async () => {
  for (const { app, control } of open.splice(0)) await Promise.all([app.close(), control.close()])
})

test('a request is held until its latch is released, and counted while it is', async () => {
  const servers = httpbin()
  const held = [servers.app.inject('/hold/a'), servers.app.inject('/hold/a'), servers.app.inject('/hold/b')]
  await until(async () => (await latches(servers)).seen === 3)
  expect(await latches(servers)).toEqual({ held: { a: 2, b: 1 }, seen: 3 })

  const release = await servers.control.inject({ method: 'POST', url: '/latches/a/release' })
  expect(release.json()).toEqual({ latch: 'a', released: 2 })
  expect((await held[0])?.json()).toEqual({ latch: 'a', released: true })
  expect((await held[1])?.statusCode).toBe(200)
  expect(await latches(servers)).toEqual({ held: { b: 1 }, seen: 3 })
})

test('a latch stays open for those who come later', async () => {
  const servers = httpbin()
  await servers.control.inject({ method: 'POST', url: '/latches/a/release' })
  expect((await servers.app.inject('/hold/a')).statusCode).toBe(200)
})

test('an unreleased latch answers 408, which no outlier detection counts', async () => {
  const answer = await httpbin(5).app.inject('/hold/a')
  expect(answer.statusCode).toBe(408)
  expect(answer.json()).toMatchObject({ code: 'HOLD_EXPIRED' })
})

test('a stop lets go of everybody', async () => {
  const servers = httpbin()
  const held = servers.app.inject('/hold/a')
  await until(async () => (await latches(servers)).seen === 1)
  await servers.app.close()
  expect((await held).statusCode).toBe(200)
})

test('the status asked for is answered', async () => {
  const { app } = httpbin()
  expect((await app.inject('/status/503')).statusCode).toBe(503)
  expect((await app.inject('/status/204')).statusCode).toBe(204)
  expect((await app.inject('/status/99')).json()).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' })
  expect((await app.inject('/get')).json()).toMatchObject({ method: 'GET', path: '/get' })
})

test('latches are named plainly, and controlled on the control port only', async () => {
  const { app } = httpbin()
  expect((await app.inject('/hold/a%20b')).statusCode).toBe(400)
  expect((await app.inject('/latches')).statusCode).toBe(404)
})

test('the worker does one piece after the other, also for those who have gone, and counts them', async () => {
  const servers = httpbin()
  const { app, control } = servers
  const started = performance.now()
  const asked = Promise.all([app.inject('/work/60'), app.inject('/work/20'), app.inject('/work/20')])
  await until(async () => (await control.inject('/worker')).json().queued === 3)
  expect((await control.inject('/worker')).json()).toEqual({ queued: 3, done: 0 })
  expect((await asked).map((answer) => answer.json())).toEqual([{ worked: 60 }, { worked: 20 }, { worked: 20 }])
  // Timers may fire up to a millisecond early.
  expect(performance.now() - started).toBeGreaterThan(98)
  expect((await control.inject('/worker')).json()).toEqual({ queued: 0, done: 3 })
  expect((await app.inject('/work/0')).statusCode).toBe(400)
})

test('a stop does not wait for the worker', async () => {
  const servers = httpbin()
  const asked = servers.app.inject('/work/10000')
  await until(async () => (await servers.control.inject('/worker')).json().queued === 1)
  await servers.app.close()
  expect((await asked).statusCode).toBe(200)
})

test('what the worker cannot remember is refused with 429', async () => {
  const worker = createWorker()
  for (let n = 0; n < 5_000; n++) void worker.work(10_000)
  expect(await worker.work(1)).toBe('full')
  worker.stop()
  expect(worker.state()).toEqual({ queued: 0, done: 5_000 })
})
