import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { Generator } from '../../../../../scripts/load/open-loop/open-loop.ts'
import { givenUp, notSent, type Samples } from '../../../../../scripts/load/open-loop/samples.ts'
import { type GeneratorOrder, sendOnSchedule } from '../../../../../scripts/load/open-loop/send-on-schedule.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function origin(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const order: Omit<GeneratorOrder, 'origin'> = {
  path: '/',
  process: 'constant',
  rate: 100,
  seconds: 0.5,
  seed: 1,
  giveUpMs: 10_000,
  mostOpen: 1000,
}
const counts = ({ outcome, outcomes }: Samples) =>
  Object.fromEntries(
    Array.from(
      Map.groupBy(outcome, (index) => outcomes[index] ?? ''),
      ([what, same]) => [what, same.length],
    ),
  )

test('requests go out on time while earlier ones have no answer, and a stall is in the times of all that were due in it', async () => {
  let stalled = true
  const waiting: (() => void)[] = []
  const url = await origin((_, response) => {
    const answer = () => response.end()
    if (stalled) waiting.push(answer)
    else answer()
    if (waiting.length === 30) {
      stalled = false
      for (const one of waiting.splice(0)) one()
    }
  })
  const samples = await sendOnSchedule({ ...order, origin: url })
  expect(counts(samples)).toEqual({ 200: 50 })
  // The 30th was due at 290 ms: a closed loop would have measured one slow request.
  expect(samples.latencyMs[0]).toBeGreaterThan(280)
  expect(samples.latencyMs[10]).toBeGreaterThan(180)
  expect(samples.latencyMs.filter((ms) => ms > 90).length).toBeGreaterThanOrEqual(20)
})

test('an outcome is the status, with the code of a problem', async () => {
  let turn = 0
  const url = await origin((_, response) => {
    turn += 1
    if (turn % 2 === 0) response.end('{"code":"NOT_A_PROBLEM"}')
    else response.writeHead(503, { 'content-type': 'application/problem+json' }).end('{"status":503,"code":"OVERLOADED"}')
  })
  expect(counts(await sendOnSchedule({ ...order, origin: url }))).toEqual({ 200: 25, '503 OVERLOADED': 25 })
})

test('who waits too long gives up, and its connection ends', async () => {
  let left = 0
  const url = await origin((request) => {
    request.socket.once('close', () => {
      left += 1
    })
  })
  const samples = await sendOnSchedule({ ...order, origin: url, seconds: 0.1, giveUpMs: 1000 })
  expect(counts(samples)).toEqual({ [givenUp]: 10 })
  for (const ms of samples.latencyMs) expect(ms).toBeGreaterThanOrEqual(1000)
  await expect.poll(() => left, { timeout: 5000 }).toBe(10)
})

test('no more are open than may be', async () => {
  let open = 0
  const url = await origin(() => {
    open += 1
  })
  expect(counts(await sendOnSchedule({ ...order, origin: url, giveUpMs: 2000, mostOpen: 3 }))).toEqual({ [givenUp]: 3, [notSent]: 47 })
  expect(open).toBe(3)
})

test('where nobody listens each request says why', async () => {
  expect(counts(await sendOnSchedule({ ...order, origin: 'http://127.0.0.1:9', seconds: 0.1 }))).toEqual({ ECONNREFUSED: 10 })
})

test('in a process of its own it runs one load after the other, and ends when it is told to', async () => {
  const url = await origin((_, response) => void response.end())
  const generator = new Generator()
  closing.push(() => generator.stop())
  for (const rate of [100, 60]) expect(counts(await generator.run({ ...order, origin: url, rate }))).toEqual({ 200: rate / 2 })
  const stop = new AbortController()
  const endless = generator.run({ ...order, origin: url, seconds: 60 }, stop.signal)
  stop.abort(new Error('enough'))
  await expect(endless).rejects.toThrow('enough')
  await expect(generator.run({ ...order, origin: url })).rejects.toThrow()
})
