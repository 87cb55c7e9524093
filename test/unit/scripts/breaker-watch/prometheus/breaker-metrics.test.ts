import { expect, test } from 'vitest'
import type { Breaker, BreakerState } from '../../../../../scripts/breaker-watch/breaker.ts'
import { breakerMetrics } from '../../../../../scripts/breaker-watch/prometheus/breaker-metrics.ts'

const names = { caller: 'gateway-0', callerNamespace: 'shop', hostname: 'catalog.shop.svc.cluster.local', port: 80, subset: '' }
const host = (state: BreakerState, requests = 9): Breaker => ({
  kind: 'host',
  ...names,
  host: 'catalog-0',
  state,
  requests,
  active: 0,
  succeeded: 6,
  failed: 3,
  failuresInARow: 0,
  ejections: 1,
  backOff: 0,
})
const pool = (state: BreakerState): Breaker => ({ kind: 'pool', ...names, host: 'catalog pool', state, refused: 4, ejections: 2 })
const labels = 'caller="gateway-0",caller_namespace="shop",destination="catalog.shop.svc.cluster.local",port="80",subset=""'
const ofHost = `${labels},host="catalog-0"`

async function samples(of: ReturnType<typeof breakerMetrics>, name: string): Promise<string[]> {
  return (await of.text()).split('\n').filter((line) => line.startsWith(name))
}

test('every breaker has one state of those that it can have', async () => {
  const metrics = breakerMetrics()
  metrics.observe({ atMs: 0, breakers: [host('ejected'), pool('overflow')], changes: [], silent: [] })
  expect(await samples(metrics, 'breakwater_breaker_state')).toEqual([
    `breakwater_breaker_state{${ofHost},state="closed"} 0`,
    `breakwater_breaker_state{${ofHost},state="ejected"} 1`,
    `breakwater_breaker_state{${ofHost},state="probation"} 0`,
    `breakwater_breaker_state{${labels},host="catalog pool",state="closed"} 0`,
    `breakwater_breaker_state{${labels},host="catalog pool",state="overflow"} 1`,
  ])
})

test("counts are the proxies' own, and a breaker that is gone leaves no series behind", async () => {
  const metrics = breakerMetrics()
  const look = { atMs: 0, changes: [], silent: [] }
  metrics.observe({ ...look, breakers: [host('closed', 9), pool('closed')] })
  metrics.observe({ ...look, breakers: [host('closed', 12), pool('closed')] })
  expect(await samples(metrics, 'breakwater_breaker_requests_total')).toEqual([`breakwater_breaker_requests_total{${ofHost}} 12`])
  expect(await samples(metrics, 'breakwater_breaker_overflow_total')).toEqual([
    `breakwater_breaker_overflow_total{${labels},host="catalog pool"} 4`,
  ])
  expect(await samples(metrics, 'breakwater_breaker_ejections_total')).toEqual([`breakwater_breaker_ejections_total{${labels}} 2`])
  metrics.observe({ ...look, breakers: [pool('closed')] })
  expect(await samples(metrics, 'breakwater_breaker_requests_total')).toEqual([])
})

test('ejections that were seen are counted by host; how long they lasted, when their beginning was seen', async () => {
  const metrics = breakerMetrics()
  const change = { ...names, atMs: 0, host: 'catalog-0' }
  metrics.observe({
    atMs: 0,
    breakers: [],
    silent: [],
    changes: [
      { ...change, from: 'closed', to: 'ejected' },
      { ...change, from: 'ejected', to: 'probation', lastedMs: 4_000 },
      { ...change, from: 'probation', to: 'closed', lastedMs: 100 },
      { ...change, from: 'ejected', to: 'closed' },
    ],
  })
  expect(await samples(metrics, 'breakwater_breaker_host_ejections_total')).toEqual([
    `breakwater_breaker_host_ejections_total{${ofHost}} 1`,
  ])
  expect(await samples(metrics, 'breakwater_breaker_return_seconds_count')).toEqual([
    `breakwater_breaker_return_seconds_count{${labels}} 1`,
  ])
  expect(await samples(metrics, 'breakwater_breaker_return_seconds_sum')).toEqual([`breakwater_breaker_return_seconds_sum{${labels}} 4`])
})

test('how many proxies were read, and how many did not answer', async () => {
  const metrics = breakerMetrics()
  metrics.observe({
    atMs: 0,
    breakers: [host('closed'), { ...host('closed'), caller: 'orders-0' }],
    changes: [],
    silent: ['orders-0', 'x-0'],
  })
  expect(await samples(metrics, 'breakwater_breaker_watched_proxies')).toEqual([
    'breakwater_breaker_watched_proxies{answers="true"} 1',
    'breakwater_breaker_watched_proxies{answers="false"} 2',
  ])
})
