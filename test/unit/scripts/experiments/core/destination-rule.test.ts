import { expect, test } from 'vitest'
import {
  durationMs,
  ejectionRule,
  mostEjected,
  poolLimits,
  withOutlierDetection,
  withoutOutlierDetection,
} from '../../../../../scripts/experiments/core/destination-rule.ts'

const rule = (trafficPolicy: object) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name: 'catalog' },
  spec: { host: 'catalog', trafficPolicy },
})

test('durations are read as Kubernetes writes them', () => {
  expect(['1s', '500ms', '1m30s', '0.5s', '3m'].map(durationMs)).toEqual([1000, 500, 90_000, 500, 180_000])
  for (const text of ['', '1', 's', '1s!', '1 s']) expect(() => durationMs(text)).toThrow(/not a duration/)
})

test('pool limits need both fields, and 0 means unset', () => {
  const pool = (maxConnections?: number, http1MaxPendingRequests?: number) =>
    poolLimits(rule({ connectionPool: { tcp: { maxConnections }, http: { http1MaxPendingRequests } } }))
  expect(pool(1, 2)).toEqual({ maxConnections: 1, maxPending: 2 })
  expect(pool(1)).toBeUndefined()
  expect(pool(0, 1)).toBeUndefined()
  expect(poolLimits(undefined)).toBeUndefined()
  expect(poolLimits(rule({}))).toBeUndefined()
})

test("an ejection rule takes Envoy's defaults for what it leaves out", () => {
  expect(ejectionRule(rule({ outlierDetection: { consecutive5xxErrors: 3, interval: '1s' } }))).toEqual({
    consecutiveErrors: 3,
    intervalMs: 1000,
    baseMs: 30_000,
  })
  expect(ejectionRule(rule({}))).toBeUndefined()
  expect(ejectionRule(undefined)).toBeUndefined()
})

test('how many hosts may be ejected: as many as are no more than the percentage', () => {
  const most = (maxEjectionPercent: number | undefined, hosts: number) =>
    mostEjected(rule({ outlierDetection: { maxEjectionPercent } }), hosts)
  expect([most(50, 3), most(100, 3), most(67, 3), most(66, 3), most(33, 3)]).toEqual([1, 3, 2, 1, 0])
  // Unset, which 0 is as well, it is Envoy's 10 %.
  expect([most(undefined, 9), most(0, 9), most(0, 10), mostEjected(undefined, 3)]).toEqual([0, 0, 1, 0])
})

test('fields of outlier detection are set and all else stays', () => {
  const connectionPool = { tcp: { maxConnections: 1 } }
  const before = rule({ connectionPool, outlierDetection: { interval: '1s', maxEjectionPercent: 50 } })
  const after = rule({ connectionPool, outlierDetection: { interval: '1s', maxEjectionPercent: 100 } })
  expect(withOutlierDetection(before, { maxEjectionPercent: 100 })).toEqual(after)
})

test('outlier detection is taken out and all else stays', () => {
  const connectionPool = { tcp: { maxConnections: 1 } }
  expect(withoutOutlierDetection(rule({ connectionPool, outlierDetection: {} }))).toEqual(rule({ connectionPool }))
  // Istio refuses a policy with nothing in it.
  expect(withoutOutlierDetection(rule({ outlierDetection: {} })).spec).not.toHaveProperty('trafficPolicy')
})
