import { expect, test } from 'vitest'
import { judgeable, refusal } from '../../../../../scripts/experiments/own-service/judgeable.ts'
import type { Survey } from '../../../../../scripts/experiments/own-service/survey.ts'
import { destinationRule, situation, virtualService } from '../core/explain/situations.ts'

const meshed = { spec: { containers: [{ name: 'app' }, { name: 'istio-proxy' }] } }
const all = ['ejection', 'pool', 'retry', 'timeout', 'hung'] as const
const of = (part: Partial<Survey>) => {
  const callerWorkload = { namespace: 'shop', name: 'productpage' }
  const survey = { ...situation({}), callerWorkload, callerPods: [meshed], destinationPods: [meshed], ...part }
  return judgeable(all, { survey, path: '/' })
}

test('nothing is begun where the policy says nothing: each kind names the field and what would work', () => {
  const { kinds, others } = of({})
  expect(kinds).toEqual([])
  const lines = Object.fromEntries(others.map(({ kind, why }) => [kind, why]))
  const pool =
    /^DestinationRule: spec\.trafficPolicy\.connectionPool: no connectionPool is in force .* What would work: connectionPool with tcp\.maxConnections and/
  const timeout = /^VirtualService shop\/reviews: spec\.http\.timeout: no timeout is set: .* What would work: timeout: the longest/
  expect(lines).toEqual({
    ejection: [
      expect.stringMatching(
        /^DestinationRule: spec\.trafficPolicy\.outlierDetection: no outlierDetection is in force .* What would work: outlierDetection with/,
      ),
    ],
    pool: [expect.stringMatching(pool)],
    retry: [
      expect.stringMatching(
        /^VirtualService shop\/reviews: spec\.http\.retries\.retryOn: 503 is not in .* What would work: retryOn with 5xx/,
      ),
    ],
    timeout: [expect.stringMatching(timeout)],
    hung: [expect.stringMatching(pool), expect.stringMatching(timeout)],
  })
  // One line for one reason, and a reason that several have is said once.
  expect(refusal(others.filter(({ kind }) => kind === 'timeout'))).toMatch(/^timeout cannot be judged: VirtualService .* wait$/)
  expect(refusal(others.filter(({ kind }) => kind === 'hung')).split('\n')).toHaveLength(3)
  const { others: bare } = of({ callerPods: [{ spec: { containers: [{ name: 'app' }] } }] })
  expect(refusal(bare)).toMatch(/^ejection, pool, retry, timeout, hung cannot be judged: Pod [^\n]* no sidecar[^\n]*$/)
})

test('a limit alone, or one for HTTP/2, fills no pool', () => {
  const why = (connectionPool: object) =>
    of({ policies: [destinationRule({ trafficPolicy: { connectionPool } })] }).others.find(({ kind }) => kind === 'pool')?.why
  expect(why({ tcp: { maxConnections: 2 } })).toEqual([
    expect.stringMatching(/http1MaxPendingRequests: maxConnections 2 lets 2 requests through/),
  ])
  expect(why({ http: { http2MaxRequests: 2 } })).toEqual([
    expect.stringMatching(/tcp\.maxConnections: it is unset/),
    expect.stringMatching(/http1MaxPendingRequests: it is unset/),
  ])
})

test('what is declared and cannot work is begun: that is a verdict', () => {
  const outlierDetection = { consecutive5xxErrors: 3, maxEjectionPercent: 10 }
  expect(of({ policies: [destinationRule({ trafficPolicy: { outlierDetection } })] }).kinds).toEqual(['ejection'])
  expect(of({ policies: [virtualService([{ retries: { attempts: 1, perTryTimeout: '1s', retryOn: 'reset' } }])] }).kinds).toEqual([
    'timeout',
  ])
})

test('limits and detection of the port that is called are enough', () => {
  const connectionPool = { tcp: { maxConnections: 2 }, http: { http1MaxPendingRequests: 1 } }
  const ofPort = (number: number) => ({
    trafficPolicy: { portLevelSettings: [{ port: { number }, connectionPool, outlierDetection: {} }] },
  })
  expect(of({ policies: [destinationRule(ofPort(9080))] }).kinds).toEqual(['ejection', 'pool'])
  expect(of({ policies: [destinationRule(ofPort(80))] }).kinds).toEqual([])
})

test('with limits, a time-out and retries everything can; without a sidecar nothing', () => {
  const connectionPool = { tcp: { maxConnections: 2 }, http: { http1MaxPendingRequests: 1 } }
  const policies = [
    destinationRule({ trafficPolicy: { connectionPool, outlierDetection: {} } }),
    virtualService([{ timeout: '2s', retries: { attempts: 1, retryOn: '5xx' } }]),
  ]
  expect(of({ policies })).toEqual({ kinds: all, others: [] })
  expect(of({ policies, callerPods: [{ spec: { containers: [{ name: 'app' }] } }] }).kinds).toEqual([])
})
