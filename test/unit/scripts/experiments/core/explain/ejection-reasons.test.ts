import { expect, test } from 'vitest'
import { explain } from '../../../../../../scripts/experiments/core/explain/explain.ts'
import type { Situation } from '../../../../../../scripts/experiments/core/explain/situation.ts'
import { destinationRule, failed, situation, virtualService } from './situations.ts'

const right = { consecutive5xxErrors: 3, interval: '1s', baseEjectionTime: '5s', maxEjectionPercent: 50 }
const at = (field: string) => `DestinationRule shop/reviews: spec.trafficPolicy.outlierDetection.${field}`

/** @param changed fields of a rule that is right; undefined takes one away */
const reasons = (changed: object = {}, part: Partial<Situation> = {}) => {
  const entries = Object.entries({ ...right, ...changed }).filter(([, value]) => value !== undefined)
  const rule = destinationRule({ trafficPolicy: { outlierDetection: Object.fromEntries(entries) } })
  return explain(situation({ ...part, policies: [rule, ...(part.policies ?? [])] }))
}
const fields = (...args: Parameters<typeof reasons>) => reasons(...args).map(({ field }) => field)

test('a rule that is right gives no reason, and neither does one whose checks hold', () => {
  expect(reasons()).toEqual([])
  const policies = [destinationRule({ trafficPolicy: { outlierDetection: { ...right, maxEjectionPercent: 10 } } })]
  expect(explain(situation({ policies }))).toHaveLength(1)
  expect(explain(situation({ policies, checks: [{ ...failed, passed: true }] }))).toEqual([])
})

test('10 % of three hosts is nobody', () => {
  expect(reasons({ maxEjectionPercent: 10 })).toEqual([
    {
      field: at('maxEjectionPercent'),
      because:
        'maxEjectionPercent is 10: 1 of 3 hosts would be 33.3 %, which is more, so that none is ever ejected (counted in ejections_overflow).',
      wouldWork: 'maxEjectionPercent: 34 or more',
    },
  ])
})

test('the share is compared exactly, per number of hosts and of those that fail', () => {
  const explained = (maxEjectionPercent: number | undefined, hosts: number, broken = 1) =>
    reasons({ maxEjectionPercent }, { hosts, broken })[0]?.wouldWork
  expect(explained(33, 3)).toBe('maxEjectionPercent: 34 or more')
  expect(explained(34, 3)).toBeUndefined()
  expect(explained(49, 2)).toBe('maxEjectionPercent: 50 or more')
  expect(explained(50, 2)).toBeUndefined()
  expect(explained(99, 1)).toBe('maxEjectionPercent: 100 or more')
  expect(explained(10, 10)).toBeUndefined()
  expect(explained(50, 3, 2)).toBe('maxEjectionPercent: 67 or more')
  expect(explained(67, 3, 2)).toBeUndefined()
  expect(reasons({ maxEjectionPercent: 50 }, { broken: 2 })[0]?.because).toContain(
    '2 of 3 hosts would be 66.7 %, which is more, so that no more than 1',
  )
})

test("unset and 0 are Envoy's 10 %", () => {
  expect(reasons({ maxEjectionPercent: undefined })[0]?.because).toContain("maxEjectionPercent is unset, and Envoy's default is 10")
  expect(reasons({ maxEjectionPercent: 0 })[0]?.because).toContain("maxEjectionPercent is 0, which means unset, and Envoy's default is 10")
  expect(reasons({ maxEjectionPercent: undefined }, { hosts: 10 })).toEqual([])
})

test('a count of 0 is switched off, unless another one sees the failures', () => {
  expect(reasons({ consecutive5xxErrors: 0 })).toEqual([
    {
      field: at('consecutive5xxErrors'),
      because: 'consecutive5xxErrors: 0 switches the count off, and nothing else counts: no number of failures ejects.',
      wouldWork: 'consecutive5xxErrors: 1 or more',
    },
  ])
  const gatewayOnly = { consecutive5xxErrors: 0, consecutiveGatewayErrors: 2 }
  expect(reasons(gatewayOnly, { fault: { status: 503 } })).toEqual([])
  expect(reasons(gatewayOnly, { fault: 'no-connection' })).toEqual([])
  expect(reasons(gatewayOnly, { fault: { status: 500 } })[0]?.because).toContain('500 is no gateway error')
  expect(fields({ consecutive5xxErrors: 0 }, { fault: 'no-connection' })).toEqual([at('consecutive5xxErrors')])
})

test('answers below 500 are no failures', () => {
  expect(fields({}, { fault: { status: 429 } })).toEqual([at('consecutive5xxErrors')])
  expect(fields({}, { fault: { status: 500 } })).toEqual([])
})

test('a gateway count that is not the smaller one changes nothing', () => {
  expect(reasons({ consecutiveGatewayErrors: 3 })[0]).toEqual({
    field: at('consecutiveGatewayErrors'),
    because: '502, 503 and 504 are 5xx, too: 3 in a row eject before 3 do.',
    wouldWork: 'consecutiveGatewayErrors: 2 or less, or consecutive5xxErrors: 0, so that gateway errors alone count',
  })
  expect(reasons({ consecutive5xxErrors: undefined, consecutiveGatewayErrors: 7 })[0]?.because).toContain("5 in a row (Envoy's default")
  expect(reasons({ consecutiveGatewayErrors: 2 })).toEqual([])
  expect(reasons({ consecutiveGatewayErrors: 0 })).toEqual([])
})

test('fields that stand there for nothing', () => {
  expect(fields({ consecutiveErrors: 1 })).toEqual([at('consecutiveErrors')])
  expect(reasons({ consecutiveErrors: 1, consecutive5xxErrors: undefined })[0]?.because).toContain('5 failures in a row eject, not 1')
  expect(fields({ consecutiveLocalOriginFailures: 2 })).toEqual([at('consecutiveLocalOriginFailures')])
  expect(fields({ consecutiveLocalOriginFailures: 2, splitExternalLocalOriginErrors: true })).toEqual([])
})

test('split off, failed connections are counted elsewhere', () => {
  const split = { splitExternalLocalOriginErrors: true }
  expect(reasons(split, { fault: 'no-connection' })).toEqual([
    {
      field: at('splitExternalLocalOriginErrors'),
      because: expect.stringContaining("so that 5 in a row eject (Envoy's default) and consecutive5xxErrors: 3 does not matter"),
      wouldWork: 'consecutiveLocalOriginFailures: 3, or no splitExternalLocalOriginErrors',
    },
  ])
  expect(reasons(split, { fault: { status: 500 } })).toEqual([])
  expect(reasons({ ...split, consecutiveLocalOriginFailures: 3 }, { fault: 'no-connection' })).toEqual([])
  expect(reasons({}, { fault: 'no-connection' })).toEqual([])
})

test('with too few healthy hosts Envoy sends to ejected ones, when it may', () => {
  expect(reasons({ minHealthPercent: 70 })[0]).toEqual({
    field: at('minHealthPercent'),
    because: 'with 1 of 3 ejected 66.7 % are healthy, less than minHealthPercent 70: then Envoy sends to ejected hosts as well (panic).',
    wouldWork: 'minHealthPercent: 66 or less; without it Istio never sends to ejected hosts',
  })
  expect(reasons({ minHealthPercent: 66 })).toEqual([])
  // Three of four are enough for Envoy, whatever the limit says.
  expect(reasons({ minHealthPercent: 90 }, { hosts: 4 })).toEqual([])
})

test('an interval that outlasts the run hides the return', () => {
  expect(reasons({ interval: '10m' }, { seen: { watchedMs: 30_000 } })[0]).toEqual({
    field: at('interval'),
    because: expect.stringContaining('up to 5 s + 600 s after the ejection, and the run watched 30 s'),
    wouldWork: 'baseEjectionTime and interval that sum up to less than 30 s, or a longer run',
  })
  expect(fields({ baseEjectionTime: '3m' }, { seen: { watchedMs: 30_000 } })).toEqual([at('baseEjectionTime')])
  expect(reasons({}, { seen: { watchedMs: 30_000 } })).toEqual([])
})

test('each caller counts what it has seen itself', () => {
  const callers = (replicas: number) => ({ caller: { namespace: 'shop', labels: {}, replicas }, seen: { failuresPerCaller: 2 } })
  expect(reasons({}, callers(3))[0]?.because).toContain('one saw 2 failures: fewer than 3. Together they need 3 × 3 = 9')
  expect(reasons({ consecutive5xxErrors: 2 }, callers(3))).toEqual([])
  expect(reasons({}, callers(1))).toEqual([])
})

test('a host that hangs fails only where something ends the wait', () => {
  const hung = { fault: { delayMs: Number.POSITIVE_INFINITY } }
  expect(reasons({}, hung)[0]).toMatchObject({
    field: 'VirtualService shop/reviews: spec.http.timeout',
    wouldWork: 'a timeout or retries.perTryTimeout on the route',
  })
  const withRoute = (route: object, fault: Situation['fault']) =>
    reasons({}, { ...(fault && { fault }), policies: [virtualService([route])] })
  expect(withRoute({ timeout: '2s' }, hung.fault)).toEqual([])
  expect(withRoute({ retries: { attempts: 1, perTryTimeout: '1s' } }, hung.fault)).toEqual([])
  expect(withRoute({ timeout: '2s' }, { delayMs: 1500 })[0]?.because).toContain(
    'the shortest time-out is 2000 ms: a host that takes 1500 ms',
  )
  expect(withRoute({ timeout: '1s' }, { delayMs: 1500 })).toEqual([])
})

test('retries hide errors from who looks at answers', () => {
  const seen = { failuresPerCaller: 3, callerErrors: 0 }
  const policies = [virtualService([{ retries: { attempts: 2, retryOn: '5xx' } }])]
  expect(reasons({}, { seen, policies })).toEqual([
    {
      field: 'VirtualService shop/reviews: spec.http[0].retries',
      because: 'the proxy counted 3 failures and the callers saw none: each was sent again, up to 2 times, to another host.',
      wouldWork: 'errors counted by the proxy (its statistics), or attempts: 0 for the run',
    },
  ])
  expect(reasons({}, { seen: { ...seen, callerErrors: 1 }, policies })).toEqual([])
  expect(reasons({}, { seen, policies: [virtualService([{ retries: { attempts: 0 } }])] })).toEqual([])
})

test('no rule at all', () => {
  expect(explain(situation({}))).toEqual([
    {
      field: 'DestinationRule: spec.trafficPolicy.outlierDetection',
      because: 'no outlierDetection is in force for these calls: a host is never ejected, however often it fails.',
      wouldWork: 'outlierDetection with consecutive5xxErrors, and maxEjectionPercent: 34 or more',
    },
  ])
})
