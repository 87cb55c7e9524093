import { expect, test } from 'vitest'
import { breakerRules } from '../../../../scripts/envoy-admin/breaker-rules.ts'
import { answering } from './answering.ts'

const times = { intervalMs: 10_000, baseEjectionMs: 30_000, maxEjectionMs: 300_000 }
const rulesOf = async (...clusters: readonly object[]) => [
  ...(await breakerRules(answering({ configs: clusters.map((cluster) => ({ cluster })) }).admin)),
]

test('limits and times of every cluster, in ms; what Istio writes for no limit is none', async () => {
  const thresholds = [{ max_connections: 1, max_pending_requests: 4_294_967_295, max_requests: 7 }]
  expect(
    await rulesOf(
      {
        name: 'a',
        circuit_breakers: { thresholds },
        outlier_detection: { consecutive_5xx: 3, interval: '1.500s', base_ejection_time: '30s', max_ejection_time: '60s' },
      },
      { name: 'b' },
    ),
  ).toEqual([
    ['a', { maxConnections: 1, maxRequests: 7, ejectsAt: 3, intervalMs: 1_500, baseEjectionMs: 30_000, maxEjectionMs: 60_000 }],
    ['b', times],
  ])
  expect(await rulesOf()).toEqual([])
})

test('the count that ejects first; what is not enforced ejects nobody', async () => {
  const ejectsAt = async (outlier_detection: object) => (await rulesOf({ name: 'a', outlier_detection }))[0]?.[1].ejectsAt
  expect(await ejectsAt({})).toBe(5)
  expect(await ejectsAt({ consecutive_5xx: 7, consecutive_gateway_failure: 2 })).toBe(7)
  expect(await ejectsAt({ consecutive_5xx: 7, consecutive_gateway_failure: 2, enforcing_consecutive_gateway_failure: 100 })).toBe(2)
  expect(await ejectsAt({ enforcing_consecutive_5xx: 0 })).toBeUndefined()
})

test('an ejection is never shorter than its base', async () => {
  const [[, rule] = []] = await rulesOf({ name: 'a', outlier_detection: { base_ejection_time: '600s' } })
  expect(rule?.maxEjectionMs).toBe(600_000)
})
