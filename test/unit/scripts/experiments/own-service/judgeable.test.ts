import { expect, test } from 'vitest'
import { judgeable } from '../../../../../scripts/experiments/own-service/judgeable.ts'
import type { Survey } from '../../../../../scripts/experiments/own-service/survey.ts'
import { destinationRule, situation, virtualService } from '../core/explain/situations.ts'

const meshed = { spec: { containers: [{ name: 'app' }, { name: 'istio-proxy' }] } }
const all = ['ejection', 'pool', 'retry', 'timeout', 'hung'] as const
const of = (part: Partial<Survey>) => {
  const callerWorkload = { namespace: 'shop', name: 'productpage' }
  const survey = { ...situation({}), callerWorkload, callerPods: [meshed], destinationPods: [meshed], ...part }
  return judgeable(all, { survey, path: '/' })
}

test('what can be judged is told from what cannot, each with its reason', () => {
  const { kinds, others } = of({})
  expect(kinds).toEqual(['ejection', 'pool', 'timeout'])
  expect(others.map(({ kind, why }) => [kind, why.length])).toEqual([
    ['retry', 1],
    ['hung', 2],
  ])
  expect(others[0]?.why[0]).toMatch(
    /^VirtualService shop\/reviews: spec\.http\.retries\.retryOn: 503 is not in .* What would work: retryOn with 5xx/,
  )
})

test('with limits, a time-out and retries everything can; without a sidecar nothing', () => {
  const connectionPool = { tcp: { maxConnections: 2 }, http: { http1MaxPendingRequests: 1 } }
  const policies = [
    destinationRule({ trafficPolicy: { connectionPool } }),
    virtualService([{ timeout: '2s', retries: { attempts: 1, retryOn: '5xx' } }]),
  ]
  expect(of({ policies })).toEqual({ kinds: all, others: [] })
  expect(of({ policies, callerPods: [{ spec: { containers: [{ name: 'app' }] } }] }).kinds).toEqual([])
})
