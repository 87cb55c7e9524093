import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { outboundCluster } from '../../../../../../scripts/experiments/core/destination.ts'
import { holdByDelay } from '../../../../../../scripts/experiments/core/pool/hold-by-delay.ts'
import type { Target } from '../../../../../../scripts/experiments/core/target.ts'
import { fakeTarget } from '../fake-target.ts'

const destination = { namespace: 'books', service: 'reviews', port: 9080 }
const caller = { namespace: 'books', workload: 'productpage', name: 'productpage-0' }
const hosts = ['reviews-0', 'reviews-1'].map((name) => ({
  namespace: 'books',
  workload: 'reviews',
  name,
  address: '10.0.0.1:9080',
  targetPort: 9080,
}))
const active = { name: 'rq_active', value: '2' }
const clusters = {
  cluster_statuses: [{ name: outboundCluster(destination), host_statuses: hosts.map(() => ({ address: {}, stats: [active] })) }],
}

/** The caller's proxy: refuses while it is told to. */
let isFull = false
const server = createServer((_, response) => {
  if (isFull) response.setHeader('x-envoy-overloaded', 'true')
  response.statusCode = isFull ? 503 : 200
  response.end()
})
const asked: string[] = []
let target: Target
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  target = fakeTarget({
    outbound: async () => ({ origin, host: 'reviews' }),
    admin:
      ({ name }) =>
      async (method, path) => {
        if (method === 'POST') asked.push(`${name} ${path.includes('percent=100') ? 'delays' : 'passes on'}`)
        return JSON.stringify(clusters)
      },
  })
})
afterAll(() => server.close())

const always = (ms: number) => ({ firstMs: ms, leastMs: ms, mostMs: ms })
const begin = (holdMs: number) => holdByDelay({ destination, path: '/', hold: always(holdMs) }).begin(target, { caller, hosts, label: '' })

test("every host's proxy keeps requests until they are let go; what the caller's proxy has under way is what is held", async () => {
  const holding = await begin(60_000)
  expect(asked.splice(0)).toEqual(['reviews-0 delays', 'reviews-1 delays'])
  expect(await holding.active()).toBe(4)
  const read = await holding.send(3)
  await expect.poll(async () => (await read()).done).toBe(true)
  expect((await read()).answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(holding.cutShort(performance.now())).toBeUndefined()
  await holding.release()
  expect(asked).toEqual(['reviews-0 passes on', 'reviews-1 passes on'])
})

test('a count that took longer than requests are held says so', async () => {
  const holding = await begin(20)
  expect(holding.cutShort(performance.now())).toBeUndefined()
  await holding.send(1)
  await delay(30)
  expect(holding.cutShort(performance.now())).toMatch(
    /too slow to judge: requests of productpage-0 were held for 20 ms, and counting took \d+ ms/,
  )
})

test('how long requests are held goes by what counting took the last time, within bounds', async () => {
  const held: number[] = []
  const counting = {
    ...target,
    admin: () => async (_: string, path: string) => {
      held.push(...[...path.matchAll(/fixed_duration_ms=(\d+)/g)].map(([, ms]) => Number(ms)))
      return '{}'
    },
  } as Target
  const holder = holdByDelay({ destination, path: '/', hold: { firstMs: 500, leastMs: 60, mostMs: 400 } })
  const round = async (tookMs: number) => {
    const holding = await holder.begin(counting, { caller, hosts: hosts.slice(0, 1), label: '' })
    const sentAt = performance.now()
    await holding.send(1)
    holding.cutShort(sentAt + tookMs)
    return held.at(-1)
  }
  expect(await round(0)).toBe(500)
  expect(await round(40)).toBe(60)
  expect(await round(1_000)).toBe(120)
  expect(await round(0)).toBe(400)
})

test('single requests in a full pool go on while they are refused, and end with the first that is served', async () => {
  const { singly } = holdByDelay({ destination, path: '/', hold: always(20) })
  const sent = async (untilServed: boolean) => (await singly(target, caller, { count: 3, untilServed })).length
  expect([await sent(true), await sent(false)]).toEqual([1, 3])
  isFull = true
  expect(await sent(true)).toBe(3)
  isFull = false
})
