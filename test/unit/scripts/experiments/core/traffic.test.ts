import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { burst } from '../../../../../scripts/experiments/core/burst.ts'
import { countedTraffic, outboundTraffic, sendOutbound } from '../../../../../scripts/experiments/core/traffic.ts'
import { fakeTarget } from './fake-target.ts'

const reviews = { namespace: 'books', service: 'reviews', port: 9080 }
const [caller, other] = ['productpage-0', 'productpage-1'].map((name) => ({ namespace: 'books', workload: 'productpage', name })) as [
  Parameters<typeof sendOutbound>[1],
  Parameters<typeof sendOutbound>[1],
]
const hosts: (string | undefined)[] = []
const server = createServer((request, response) => {
  hosts.push(request.headers.host)
  if (request.url === '/refused') response.setHeader('x-envoy-overloaded', 'true')
  if (request.url === '/never') return
  response.statusCode = request.url === '/refused' || request.url === '/broken' ? 503 : 200
  response.end('text')
})
let target: ReturnType<typeof fakeTarget>
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  target = fakeTarget({ outbound: async () => ({ origin, host: 'reviews.books.svc.cluster.local' }) })
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const sent = (path: string, withinMs = 5_000) => sendOutbound(target, caller, { destination: reviews, path, withinMs })

test("a request enters the caller's proxy with the destination's name, and its answer says whether it was refused", async () => {
  expect(await sent('/')).toMatchObject({ status: 200, overloaded: false })
  expect(hosts.at(-1)).toBe('reviews.books.svc.cluster.local')
  expect(await sent('/refused')).toMatchObject({ status: 503, overloaded: true })
  const unanswered = await sent('/never', 30)
  expect(unanswered).toEqual({ overloaded: false, at: expect.any(Number), ms: expect.any(Number) })
  expect(unanswered.ms).toBeGreaterThan(20)
})

test('what is sent is counted by caller, and what was answered', async () => {
  const counted = countedTraffic(target, {
    name: '',
    send: (_, from) => outboundTraffic(reviews, from === caller ? '/' : '/broken').send(target, from),
  })
  await counted.send(caller)
  await counted.send(other)
  await counted.send(other)
  expect([counted.sent(caller), counted.sent(other), counted.total, counted.succeeded]).toEqual([1, 2, 3, 1])
  expect(counted.slowestMs).toBeGreaterThan(0)
  const told = counted.told(Date.now() - 1_000)
  const sums = told.map(({ caller: of, bins }) => [
    of,
    ...(['sent', 'ok', 'failed'] as const).map((field) => bins.reduce((sum, bin) => sum + bin[field], 0)),
    bins.some(({ p50Ms }) => p50Ms !== undefined),
  ])
  expect(sums).toEqual([
    [caller.name, 1, 1, 0, true],
    [other.name, 2, 0, 2, false],
  ])
  expect(told[0]?.bins[0]?.atMs).toBeLessThanOrEqual(1_000)
})

test('a burst sends until it is rolled back, and then no more', async () => {
  const { apply, rollback, answers } = burst(target, caller, { destination: reviews, path: '/', concurrency: 3 })
  await apply()
  await expect.poll(() => answers.length).toBeGreaterThan(5)
  await rollback()
  const after = answers.length
  await rollback()
  expect(answers.length).toBe(after)
})
