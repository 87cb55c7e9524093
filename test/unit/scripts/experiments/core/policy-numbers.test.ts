import { expect, test } from 'vitest'
import { policyNumbers } from '../../../../../scripts/experiments/core/policy-numbers.ts'

const reference = { kind: 'DestinationRule', namespace: 'shop', name: 'catalog' }
const rule = (spec: Readonly<Record<string, unknown>>, kind = 'DestinationRule') => ({
  apiVersion: 'networking.istio.io/v1',
  kind,
  metadata: { name: 'catalog' },
  spec,
})

test('each number names the field that gave it; what a section leaves out is the default', () => {
  const outlierDetection = { consecutive5xxErrors: 3, interval: '1s' }
  expect(policyNumbers(reference, rule({ trafficPolicy: { outlierDetection } }))).toEqual([
    {
      number: 'failures in a row that eject a host',
      value: 3,
      object: 'DestinationRule shop/catalog',
      field: 'spec.trafficPolicy.outlierDetection.consecutive5xxErrors',
      written: 3,
    },
    {
      number: 'hosts return at a sweep every',
      value: '1s',
      object: 'DestinationRule shop/catalog',
      field: 'spec.trafficPolicy.outlierDetection.interval',
      written: '1s',
    },
    {
      number: 'first ejection lasts',
      value: '30s',
      object: 'DestinationRule shop/catalog',
      field: 'spec.trafficPolicy.outlierDetection.baseEjectionTime',
    },
    {
      number: 'hosts that may be ejected at once, %',
      value: 10,
      object: 'DestinationRule shop/catalog',
      field: 'spec.trafficPolicy.outlierDetection.maxEjectionPercent',
    },
  ])
})

test('a section that is not there gives no number, nor does an object that is not there or of a kind without any', () => {
  expect(policyNumbers(reference, rule({ host: 'catalog' }))).toEqual([])
  expect(policyNumbers(reference, undefined)).toEqual([])
  expect(policyNumbers({ ...reference, kind: 'Sidecar' }, rule({ timeout: '1s' }, 'Sidecar'))).toEqual([])
})

test('a route has numbers as well', () => {
  const route = rule({ http: [{ timeout: '2s', retries: { attempts: 2 } }] }, 'VirtualService')
  expect(policyNumbers({ ...reference, kind: 'VirtualService' }, route).map(({ field, value }) => [field, value])).toEqual([
    ['spec.http.0.timeout', '2s'],
    ['spec.http.0.retries.attempts', 2],
  ])
})

test('policies of ports and subsets have numbers of their own, each with where it stands', () => {
  const limit = (maxConnections: number) => ({ connectionPool: { tcp: { maxConnections } } })
  const portLevelSettings = [{ port: { number: 80 }, ...limit(2) }]
  const layered = rule({ trafficPolicy: { ...limit(3), portLevelSettings }, subsets: [{ name: 'v1', trafficPolicy: limit(1) }] })
  expect(policyNumbers(reference, layered).map(({ field, value }) => [field, value])).toEqual([
    ['spec.trafficPolicy.connectionPool.tcp.maxConnections', 3],
    ['spec.trafficPolicy.portLevelSettings[80].connectionPool.tcp.maxConnections', 2],
    ['spec.subsets[v1].trafficPolicy.connectionPool.tcp.maxConnections', 1],
  ])
})
