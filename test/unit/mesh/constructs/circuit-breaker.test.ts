import { App, Chart } from 'cdk8s'
import { expect, test } from 'vitest'
import type { Breaker, Ejection } from '../../../../mesh/constructs/breaker-rules.ts'
import { CircuitBreaker } from '../../../../mesh/constructs/circuit-breaker.ts'

/** Nothing is written: cdk8s's own `Testing.chart` makes a temporary folder each time. */
const emptyChart = (): Chart => new Chart(new App(), 'test')

/** catalog has three replicas, httpbin one; an autoscaler moves orders between two and six. */
const replicas = { catalog: { least: 3, most: 3 }, httpbin: { least: 1, most: 1 }, orders: { least: 2, most: 6 } } as const
const breakerOf = (destination: keyof typeof replicas, breaker: Breaker) => () =>
  new CircuitBreaker(emptyChart(), 'breaker', { destination, replicas: replicas[destination], ...breaker })
const ejection = (changed: Partial<Ejection> = {}): Ejection => ({
  consecutive5xxErrors: 3,
  interval: '1s',
  baseEjectionTime: '5s',
  maxEjectionPercent: 50,
  ...changed,
})

test.each<[string, keyof typeof replicas, Breaker, string]>([
  [
    '10 %, the default, of three',
    'catalog',
    { outlierDetection: ejection({ maxEjectionPercent: 10 }) },
    'maxEjectionPercent 10 ejects nobody: one of 3 is 33.3 %. Use 34 or more.',
  ],
  ['33 % of three', 'catalog', { outlierDetection: ejection({ maxEjectionPercent: 33 }) }, 'Use 34 or more.'],
  ['99 % of one', 'httpbin', { outlierDetection: ejection({ maxEjectionPercent: 99 }) }, 'one of 1 is 100.0 %. Use 100 or more.'],
  [
    'all of three',
    'catalog',
    { outlierDetection: ejection({ maxEjectionPercent: 100 }) },
    'maxEjectionPercent 100 lets all 3 replicas be ejected at once, and nobody is left. Use 50, which always keeps one.',
  ],
  [
    'all of two to six',
    'orders',
    { outlierDetection: ejection({ maxEjectionPercent: 100 }) },
    'lets all of 2 to 6 replicas be ejected at once',
  ],
  ['too few of the fewest', 'orders', { outlierDetection: ejection({ maxEjectionPercent: 49 }) }, 'one of 2 is 50.0 %. Use 50 or more.'],
  ['more than all', 'catalog', { outlierDetection: ejection({ maxEjectionPercent: 101 }) }, 'maxEjectionPercent 101 is above 100.'],
  [
    'gateway errors that never decide',
    'catalog',
    { outlierDetection: ejection({ consecutiveGatewayErrors: 3 }) },
    'consecutiveGatewayErrors 3 never decides',
  ],
  [
    'a count of none',
    'catalog',
    { outlierDetection: ejection({ consecutive5xxErrors: 0 }) },
    'consecutive5xxErrors: 0 switches the count off.',
  ],
  [
    'a health floor',
    'catalog',
    { outlierDetection: ejection({ minHealthPercent: 50 }) },
    'minHealthPercent 50 sends traffic to ejected hosts',
  ],
  [
    'a bound of zero',
    'catalog',
    { connectionPool: { tcp: { maxConnections: 0 } } },
    'maxConnections: 0 is no bound; Istio reads 0 as "unset".',
  ],
  [
    'bounds that HTTP/2 ignores',
    'catalog',
    { connectionPool: { tcp: { maxConnections: 1 }, http: { h2UpgradePolicy: 'UPGRADE', http1MaxPendingRequests: 1 } } },
    'maxConnections and http1MaxPendingRequests hardly ever bind with h2UpgradePolicy UPGRADE',
  ],
  [
    'a subset of nobody',
    'catalog',
    { subsets: [{ name: 'v9', labels: { version: 'v9' } }] },
    'subset v9 selects no pods: none carries {"version":"v9"}.',
  ],
])('%s is refused', (_, destination, breaker, reason) => {
  expect(breakerOf(destination, breaker)).toThrow(reason)
})

test('all reasons are given at once', () => {
  expect(breakerOf('catalog', { outlierDetection: ejection({ maxEjectionPercent: 10, minHealthPercent: 1 }) })).toThrow(
    /^The circuit breaker of catalog cannot work:\n- maxEjectionPercent 10 .*\n- minHealthPercent 1 /,
  )
})

test.each<[string, keyof typeof replicas, Breaker]>([
  ['34 % of three', 'catalog', { outlierDetection: ejection({ maxEjectionPercent: 34 }) }],
  ['50 % of two to six', 'orders', { outlierDetection: ejection({ maxEjectionPercent: 50 }) }],
  ['100 % of one', 'httpbin', { outlierDetection: ejection({ maxEjectionPercent: 100 }) }],
  ['fewer gateway errors than 5xx', 'catalog', { outlierDetection: ejection({ consecutiveGatewayErrors: 2 }) }],
  [
    'HTTP/2 with the bound that it heeds',
    'catalog',
    { connectionPool: { tcp: { maxConnections: 1 }, http: { h2UpgradePolicy: 'UPGRADE', http2MaxRequests: 10 } } },
  ],
  ['a subset with pods', 'catalog', { subsets: [{ name: 'v1', labels: { version: 'v1' } }] }],
])('%s works', (_, destination, breaker) => {
  expect(breakerOf(destination, breaker)).not.toThrow()
})

test('it becomes a DestinationRule in the words of its CRD', () => {
  const chart = emptyChart()
  new CircuitBreaker(chart, 'breaker', {
    destination: 'httpbin',
    replicas: replicas.httpbin,
    connectionPool: { tcp: { maxConnections: 1, connectTimeout: '1s' }, http: { http1MaxPendingRequests: 2 } },
    outlierDetection: ejection({ maxEjectionPercent: 100 }),
  })
  expect(chart.toJson()).toEqual([
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name: 'httpbin' },
      spec: {
        host: 'httpbin.breakwater.svc.cluster.local',
        trafficPolicy: {
          connectionPool: { tcp: { maxConnections: 1, connectTimeout: '1s' }, http: { http1MaxPendingRequests: 2 } },
          outlierDetection: { consecutive5xxErrors: 3, interval: '1s', baseEjectionTime: '5s', maxEjectionPercent: 100 },
        },
      },
    },
  ])
})
