import { expect, test } from 'vitest'
import {
  durationMs,
  ejectionRule,
  mostEjected,
  poolLimits,
  withOutlierDetection,
  withoutBlocks,
  withoutOutlierDetection,
} from '../../../../../scripts/experiments/core/destination-rule.ts'

const rule = (trafficPolicy: object) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name: 'catalog' },
  spec: { host: 'catalog', trafficPolicy },
})

const calls = { port: 80 }

test('durations are read as Kubernetes writes them', () => {
  expect(['1s', '500ms', '1m30s', '0.5s', '3m'].map(durationMs)).toEqual([1000, 500, 90_000, 500, 180_000])
  for (const text of ['', '1', 's', '1s!', '1 s']) expect(() => durationMs(text)).toThrow(/not a duration/)
})

test('pool limits need both fields, and 0 means unset', () => {
  const pool = (maxConnections?: number, http1MaxPendingRequests?: number) =>
    poolLimits(rule({ connectionPool: { tcp: { maxConnections }, http: { http1MaxPendingRequests } } }), calls)
  expect(pool(1, 2)).toEqual({ maxConnections: 1, maxPending: 2 })
  expect(pool(1)).toBeUndefined()
  expect(pool(0, 1)).toBeUndefined()
  expect(poolLimits(undefined, calls)).toBeUndefined()
  expect(poolLimits(rule({}), calls)).toBeUndefined()
})

test("an ejection rule takes Envoy's defaults for what it leaves out", () => {
  expect(ejectionRule(rule({ outlierDetection: { consecutive5xxErrors: 3, interval: '1s' } }), calls)).toEqual({
    consecutiveErrors: 3,
    intervalMs: 1000,
    baseMs: 30_000,
  })
  expect(ejectionRule(rule({}), calls)).toBeUndefined()
  expect(ejectionRule(undefined, calls)).toBeUndefined()
})

test('how many hosts may be ejected: as many as are no more than the percentage', () => {
  const most = (maxEjectionPercent: number | undefined, hosts: number) =>
    mostEjected(rule({ outlierDetection: { maxEjectionPercent } }), calls, hosts)
  expect([most(50, 3), most(100, 3), most(67, 3), most(66, 3), most(33, 3)]).toEqual([1, 3, 2, 1, 0])
  // Unset, which 0 is as well, it is Envoy's 10 %.
  expect([most(undefined, 9), most(0, 9), most(0, 10), mostEjected(undefined, calls, 3)]).toEqual([0, 0, 1, 0])
})

test('fields of outlier detection are set and all else stays', () => {
  const connectionPool = { tcp: { maxConnections: 1 } }
  const before = rule({ connectionPool, outlierDetection: { interval: '1s', maxEjectionPercent: 50 } })
  const after = rule({ connectionPool, outlierDetection: { interval: '1s', maxEjectionPercent: 100 } })
  expect(withOutlierDetection(before, calls, { maxEjectionPercent: 100 })).toEqual(after)
})

test('outlier detection is taken out and all else stays', () => {
  const connectionPool = { tcp: { maxConnections: 1 } }
  expect(withoutOutlierDetection(rule({ connectionPool, outlierDetection: {} }))).toEqual(rule({ connectionPool }))
  // Istio refuses a policy with nothing in it.
  expect(withoutOutlierDetection(rule({ outlierDetection: {} })).spec).not.toHaveProperty('trafficPolicy')
})

test('without ejection neither the rule nor a version of it has any; Istio refuses a policy that is empty', () => {
  const metadata = { name: 'catalog' }
  const [connectionPool, outlierDetection] = [{ tcp: { maxConnections: 8 } }, { interval: '1s' }]
  const inForce = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata,
    spec: {
      host: 'catalog',
      trafficPolicy: { connectionPool, outlierDetection },
      subsets: [
        { name: 'v1', labels: { version: 'v1' } },
        { name: 'v2', labels: { version: 'v2' }, trafficPolicy: { outlierDetection } },
        { name: 'v3', trafficPolicy: { connectionPool, outlierDetection } },
      ],
    },
  }
  expect(withoutOutlierDetection(inForce)).toEqual({
    ...inForce,
    spec: {
      host: 'catalog',
      trafficPolicy: { connectionPool },
      subsets: [
        { name: 'v1', labels: { version: 'v1' } },
        { name: 'v2', labels: { version: 'v2' } },
        { name: 'v3', trafficPolicy: { connectionPool } },
      ],
    },
  })
})

/** A policy for all calls, one for port 80, one for a subset, and one for port 80 of it. */
const [ofAll, ofPort, ofSubset, ofBoth] = [8, 4, 2, 1].map((maxConnections) => ({
  connectionPool: { tcp: { maxConnections }, http: { http1MaxPendingRequests: maxConnections } },
  outlierDetection: { consecutive5xxErrors: maxConnections },
}))
const port = { number: 80 }
const layered = {
  ...rule({ ...ofAll, portLevelSettings: [{ port, ...ofPort }] }),
  spec: {
    host: 'catalog',
    trafficPolicy: { ...ofAll, portLevelSettings: [{ port, ...ofPort }] },
    subsets: [{ name: 'v1', trafficPolicy: { ...ofSubset, portLevelSettings: [{ port, ...ofBoth }] } }, { name: 'v2' }],
  },
}
test.each([
  [{ port: 81 }, 8],
  [{ port: 80 }, 4],
  [{ port: 81, subset: 'v1' }, 2],
  [{ port: 80, subset: 'v1' }, 1],
  [{ port: 81, subset: 'v2' }, 8],
  [{ port: 80, subset: 'v2' }, 4],
])('of calls to %o the policy of their port and their subset is read', (of, value) => {
  expect(poolLimits(layered, of)).toEqual({ maxConnections: value, maxPending: value })
  expect(ejectionRule(layered, of)?.consecutiveErrors).toBe(value)
})

test("a port's policy takes over nothing that it does not say, a subset's what it does not say", () => {
  const { connectionPool, outlierDetection } = ofAll ?? {}
  const portOnly = rule({ connectionPool, outlierDetection, portLevelSettings: [{ port, connectionPool }] })
  expect(ejectionRule(portOnly, calls)).toBeUndefined()
  expect(ejectionRule(portOnly, { port: 81 })?.consecutiveErrors).toBe(8)
  const subsetOnly = {
    ...layered,
    spec: { host: 'catalog', trafficPolicy: ofAll, subsets: [{ name: 'v1', trafficPolicy: { outlierDetection: {} } }] },
  }
  expect(poolLimits(subsetOnly, { port: 80, subset: 'v1' })).toEqual({ maxConnections: 8, maxPending: 8 })
})

test('what is set is set where it is in force; what is taken out is taken out everywhere, and a port with nothing left has a policy that says nothing', () => {
  const changed = withOutlierDetection(layered, calls, { maxEjectionPercent: 100 })
  expect(changed).toEqual({
    ...layered,
    spec: {
      ...layered.spec,
      trafficPolicy: {
        ...ofAll,
        portLevelSettings: [{ port, ...ofPort, outlierDetection: { consecutive5xxErrors: 4, maxEjectionPercent: 100 } }],
      },
    },
  })
  const without = withoutBlocks(layered, ['outlierDetection', 'connectionPool'])
  const neutral = [{ port, loadBalancer: { simple: 'LEAST_REQUEST' } }]
  expect(without.spec).toEqual({
    host: 'catalog',
    trafficPolicy: { portLevelSettings: neutral },
    subsets: [{ name: 'v1', trafficPolicy: { portLevelSettings: neutral } }, { name: 'v2' }],
  })
  for (const of of [calls, { port: 81 }, { port: 80, subset: 'v1' }]) expect(ejectionRule(without, of)).toBeUndefined()
})
