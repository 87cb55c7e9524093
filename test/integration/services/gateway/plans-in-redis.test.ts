import autocannon from 'autocannon'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newApiKey } from '../../../../services/gateway/plans/api-key.ts'
import { limitRequests } from '../../../../services/gateway/plans/limit-requests.ts'
import { type Meters, metersInRedis } from '../../../../services/gateway/plans/meters.ts'
import { isoDay } from '../../../../services/gateway/plans/quota-period.ts'
import type { UsagePlan } from '../../../../services/shared/contracts/api/usage-plans.ts'
import { createServer, type Server } from '../../../../services/shared/runtime/http/server.ts'
import { createLogger } from '../../../../services/shared/runtime/process/logger.ts'
import { createMetrics } from '../../../../services/shared/runtime/process/metrics.ts'
import { ringOf } from '../../../unit/services/gateway/plans/ring.ts'
import { missingRedis, type RealRedis, startRedis } from '../../redis.ts'

if (missingRedis !== undefined && process.env.REQUIRE_ALL) throw new Error(missingRedis)

/** Gateways without a shop: what limits requests, and one route. */
describe.skipIf(missingRedis !== undefined)(
  `usage plans with a real Redis${missingRedis === undefined ? '' : ` (skipped: ${missingRedis})`}`,
  () => {
    let redis: RealRedis
    const stops: (() => Promise<void>)[] = []

    beforeAll(async () => {
      redis = await startRedis()
    })
    afterAll(async () => {
      for (const stop of stops) await stop()
      await redis?.stop()
    })

    interface Replica {
      readonly url: string
      readonly app: Server
      readonly meters: Meters
      readonly lines: string[]
      readonly redisIsUp: () => Promise<boolean>
    }

    const keyFor = (plan: UsagePlan) => {
      const made = newApiKey()
      const stored = { id: made.id, sha256: made.sha256, name: 'test', planId: plan.id, scopes: [], createdAt: '2026-01-01T00:00:00Z' }
      return { ...made, stored }
    }

    async function replica(
      keys: readonly ReturnType<typeof keyFor>[],
      plans: readonly UsagePlan[],
      away: Parameters<typeof metersInRedis>[1] = 'count-locally',
    ): Promise<Replica> {
      const lines: string[] = []
      const logger = createLogger({ service: 'gateway', pod: 'test', level: 'info' }, { write: (line: string) => void lines.push(line) })
      const metrics = createMetrics({ service: 'gateway', pod: 'test' })
      const meters = await metersInRedis(redis.url, away, logger, metrics)
      const app = createServer({ logger, ready: () => ({ ready: true, waitingFor: [] }) })
      const ring = ringOf(
        keys.map(({ stored }) => stored),
        plans,
      )
      limitRequests(app, { ring, ...meters, throttlesOf: () => [], needsKey: () => true })
      app.get('/hello', () => ({ hello: 'you' }))
      const url = await app.listen({ port: 0, host: '127.0.0.1' })
      stops.push(async () => {
        await app.close()
        await meters.stop()
      })
      const redisIsUp = async (): Promise<boolean> => /gateway_redis_up\{.*\} 1/.test(await metrics.metrics())
      // What comes before is counted as while Redis is away.
      await expect.poll(redisIsUp).toBe(true)
      return { url, app, meters, lines, redisIsUp }
    }

    const get = async ({ app }: Replica, { text }: { readonly text: string }) =>
      (await app.inject({ url: '/hello', headers: { 'x-api-key': text } })).statusCode

    test('two replicas asked 10,000 times admit exactly what the quota allows, and the usage says so', async () => {
      const plan: UsagePlan = { id: 'exact', quota: { month: 6543 } }
      const key = keyFor(plan)
      const replicas = await Promise.all([replica([key], [plan]), replica([key], [plan])])
      const sent = await Promise.all(
        replicas.map(({ url }) => autocannon({ url: `${url}/hello`, headers: { 'x-api-key': key.text }, amount: 5000, connections: 8 })),
      )
      expect(sent.reduce((sum, run) => sum + run['2xx'], 0)).toBe(6543)
      expect(sent.reduce((sum, run) => sum + (run.statusCodeStats?.['429']?.count ?? 0), 0)).toBe(10_000 - 6543)
      const day = isoDay(Date.now())
      await replicas[0]?.meters.usage.of(key.id, [day])
      expect(await replicas[1]?.meters.usage.of(key.id, [day])).toEqual([{ day, admitted: 6543, throttled: 0, overQuota: 3457 }])
    })

    test('a bucket is shared by replicas: together they admit the burst and what the rate makes meanwhile', async () => {
      const plan: UsagePlan = { id: 'bucket', throttle: { rate: 50, burst: 40 } }
      const key = keyFor(plan)
      const replicas = await Promise.all([replica([key], [plan]), replica([key], [plan])])
      const begun = performance.now()
      let admitted = 0
      while (performance.now() - begun < 1000) {
        for (const each of replicas) if ((await get(each, key)) === 200) admitted += 1
      }
      const seconds = (performance.now() - begun) / 1000
      expect(admitted).toBeLessThanOrEqual(40 + 50 * seconds + 1)
      // As many as there were tokens, but for those that both found missing just before they came.
      expect(admitted).toBeGreaterThanOrEqual(40 + 50 * seconds * 0.8)
    })

    test.each([
      ['count-locally', [200, 200, 200, 429]],
      ['admit', [200, 200, 200, 200]],
      ['refuse', [503, 503, 503, 503]],
    ] as const)('while Redis is away or hangs, requests are treated as %s says, soon, and it is logged once', async (away, expected) => {
      const plan: UsagePlan = { id: 'away', quota: { day: 3 } }
      for (const stop of ['kill', 'pause'] as const) {
        const key = keyFor(plan)
        const one = await replica([key], [plan], away)
        expect(await get(one, key)).toBe(200)
        await redis[stop]()
        const begun = performance.now()
        const statuses = []
        for (let sent = 0; sent < 4; sent += 1) statuses.push(await get(one, key))
        expect(statuses).toEqual(expected)
        expect(performance.now() - begun).toBeLessThan(2000)
        expect(one.lines.filter((line) => line.includes('Redis does not answer'))).toHaveLength(1)
        expect(one.lines.filter((line) => line.includes('"level":"error"'))).toEqual([])
        if (stop === 'kill') await redis.start()
        else redis.resume()
        // Whoever comes a second later finds out that it is back. (A Redis that only slept still counts what it was asked meanwhile.)
        await expect.poll(() => get(one, key).then(one.redisIsUp), { timeout: 5000, interval: 200 }).toBe(true)
        expect(one.lines.filter((line) => line.includes('Redis answers again'))).toHaveLength(1)
      }
    })
  },
)
