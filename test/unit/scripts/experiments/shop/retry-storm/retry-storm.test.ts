import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import type { Check } from '../../../../../../scripts/checks/check.ts'
import { outboundCluster } from '../../../../../../scripts/experiments/core/destination.ts'
import { failedAsItMust } from '../../../../../../scripts/experiments/core/judge.ts'
import { shopDestination } from '../../../../../../scripts/experiments/shop/destinations.ts'
import {
  backAfterMs,
  goodputBack,
  hitByTrigger,
  type StormConfig,
  type StormObserved,
  servedBefore,
  stormVerdict,
} from '../../../../../../scripts/experiments/shop/retry-storm/verdict.ts'
import { retryStorm } from '../../../../../../scripts/experiments/shop/retry-storm.ts'
import { fakeShop } from '../fake-shop.ts'
import { type Guards, simulatedStorm } from './simulated-storm.ts'

const httpbin = { namespace: 'shop', workload: 'httpbin', name: 'httpbin-0', address: '10.0.0.1:8080', targetPort: 8080 }
const probe = { namespace: 'shop', workload: 'probe', name: 'probe-0' }
const config = await retryStorm.config(fakeShop({ hosts: async () => [httpbin], replicas: async () => [probe] }))
const guarded: Guards = { budget: 0.2, ejectAfter: 5, ejectedMs: 2_500 }
const judged = (guards: Guards, over: Partial<StormConfig> = {}) => {
  const of = { ...config, ...over }
  return stormVerdict(of, simulatedStorm(of, guards))
}
const failed = (checks: readonly Check[]) => checks.filter(({ passed }) => !passed).map(({ name }) => name)

test('what is sent is half of what the destination can do, and with its retries one and a half times that', () => {
  expect(config).toMatchObject({ capacity: 50, perSecond: 25, recoveryMs: 4_750, afterMs: 9_500, caller: 'probe-0' })
})

test('with budget and ejection goodput is back soon after the trigger', () => {
  const checks = judged(guarded)
  expect(failed(checks)).toEqual([])
  expect(failedAsItMust(checks, retryStorm.negativeControl)).toBe(false)
})

test('the budget alone is enough, and ejection alone as well', () => {
  expect(failed(judged({ budget: 0.2 }))).not.toContain(goodputBack)
  expect(failed(judged({ ejectAfter: 5, ejectedMs: 2_500 }))).not.toContain(goodputBack)
})

test('without either the retries alone keep the destination busy: the control fails as it must', () => {
  const checks = judged({})
  expect(failed(checks)).toEqual([goodputBack, 'tries that reached the destination, per request'])
  expect(checks.find(({ name }) => name === goodputBack)?.actual).toBe('never')
  expect(failedAsItMust(checks, retryStorm.negativeControl)).toBe(true)
})

test('a load that the destination can do with all its retries comes back by itself, and is no metastable state', () => {
  const checks = judged({}, { perSecond: 6 })
  expect(failed(checks)).not.toContain(goodputBack)
  expect(failedAsItMust(checks, retryStorm.negativeControl)).toBe(false)
})

test('an ejection that lasts too long, a trigger that hits nobody, a destination that answers nobody: each fails its check', () => {
  expect(failed(judged({ ...guarded, ejectedMs: 9_000 }))).toContain(goodputBack)
  expect(failed(judged(guarded, { triggerMs: 1_500, workMs: 1, timeoutMs: 9_000, tryMs: 9_000 }))).toContain(hitByTrigger)
  expect(failed(judged(guarded, { workMs: 300 }))).toContain(servedBefore)
})

test('requests that were sent late make it doubtful', () => {
  const checks = stormVerdict(config, { ...simulatedStorm(config, {}), latestMs: 300 })
  expect(checks.every(({ doubt }) => doubt?.includes('sent 300 ms late'))).toBe(true)
  expect(failedAsItMust(checks, retryStorm.negativeControl)).toBe(false)
})

test('goodput that comes and goes again is not back', () => {
  const every = (ms: number) => Array.from({ length: 10_000 / ms }, (_, n) => n * ms)
  const seen = (fails: (at: number) => boolean): StormObserved => ({
    ...simulatedStorm(config, {}),
    triggerEndedAt: 0,
    endedAt: 10_000,
    sent: every(50).map((at) => ({ at, ms: 5, status: fails(at) ? 504 : 200, overloaded: false })),
  })
  expect(
    backAfterMs(
      config,
      seen(() => false),
    ),
  ).toBeLessThan(500)
  const back = backAfterMs(
    config,
    seen((at) => at < 4_000),
  ) as number
  expect(back).toBeGreaterThanOrEqual(3_950)
  expect(back).toBeLessThan(4_500)
  expect(
    backAfterMs(
      config,
      seen((at) => at < 2_000 || (at >= 7_000 && at < 7_300)),
    ),
  ).toBeGreaterThanOrEqual(7_200)
  expect(
    backAfterMs(
      config,
      seen(() => true),
    ),
  ).toBeUndefined()
})

test('the observation sends at its rate, waits for the trigger, and takes what the proxy counted', async () => {
  const cluster = outboundCluster(shopDestination('httpbin'))
  let [requests, done] = [0, 0]
  const server = createServer((_request, response) => {
    requests += 1
    done += 1
    response.end('{}')
  }).listen(0, '127.0.0.1')
  const target = fakeShop({
    replicas: async () => [probe],
    hosts: async () => [httpbin],
    outbound: async () => ({ origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, host: 'httpbin' }),
    app: async (_replica, port, { path }) => {
      if (port === 'control') return { status: 200, body: { queued: 1, done } }
      expect(path).toBe('/work/200')
      await new Promise((resolve) => setTimeout(resolve, 200))
      return { status: 200, body: {} }
    },
    admin: () => async (_method, path) =>
      path.startsWith('/clusters')
        ? JSON.stringify({
            cluster_statuses: [
              {
                name: cluster,
                host_statuses: [
                  {
                    address: { socket_address: { address: '10.0.0.1', port_value: 8080 } },
                    stats: [{ name: 'rq_total', value: String(requests) }],
                  },
                ],
              },
            ],
          })
        : JSON.stringify({ stats: [{ name: `cluster.${cluster}.upstream_rq_retry`, value: requests > 0 ? 3 : 0 }] }),
  })
  const short = { ...config, perSecond: 50, triggerMs: 200, beforeMs: 100, afterMs: 200, timeoutMs: 500 }
  const { apply, rollback } = await retryStorm.action(target, short)
  const observed = await retryStorm.observe(
    {
      target,
      signal: new AbortController().signal,
      progress: () => {},
      applyAction: apply,
      rollbackAction: rollback,
      quietly: (work) => work(),
      event: () => {},
      elapsedMs: () => performance.now(),
    },
    short,
  )
  server.close()
  expect(observed.sent.length).toBe(requests)
  expect(observed.sent.length).toBeGreaterThan(2)
  expect(observed.sent.every(({ status }) => status === 200)).toBe(true)
  expect(observed.tries).toBe(requests)
  expect(observed).toMatchObject({ retries: 3, overflows: 0, triggerDone: true })
  expect(observed.workDone).toBeGreaterThan(0)
  expect(observed.triggerEndedAt - observed.triggeredAt).toBeGreaterThanOrEqual(199)
})
