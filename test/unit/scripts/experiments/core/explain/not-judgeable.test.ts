import { expect, test } from 'vitest'
import { type Plan, whyNotJudgeable } from '../../../../../../scripts/experiments/core/explain/not-judgeable.ts'
import { destinationRule, situation } from './situations.ts'

const pod = (name: string, containers: readonly string[], more: object = {}) => ({
  metadata: { name, namespace: 'shop', ...more },
  spec: { containers: containers.map((one) => ({ name: one })) },
})
const meshed = (name: string) => pod(name, ['app', 'istio-proxy'])

const refused = (part: Partial<Plan> = {}) =>
  whyNotJudgeable({ ...situation({}), callerPods: [meshed('web-1')], destinationPods: [meshed('reviews-1')], ...part })

test('what can be judged is not refused', () => {
  expect(refused()).toEqual([])
  const native = { metadata: { name: 'web-1' }, spec: { containers: [{ name: 'app' }], initContainers: [{ name: 'istio-proxy' }] } }
  expect(refused({ callerPods: [native] })).toEqual([])
  for (const judged of ['pool', 'timeout'] as const) expect(refused({ judged, hosts: 1 })).toEqual([])
})

test('a pod without a sidecar, on either side', () => {
  expect(refused({ callerPods: [meshed('web-1'), pod('web-2', ['app'])] })).toEqual([
    {
      field: 'Pod shop/web-2',
      because: 'it has no sidecar (no container istio-proxy), and breakers are in the proxy of who calls.',
      wouldWork: 'label the namespace istio-injection=enabled and restart the pods',
    },
  ])
  expect(refused({ destinationPods: [pod('reviews-1', ['app'])] })[0]?.because).toContain(
    'faults are injected at the proxy of who is called',
  )
  expect(refused({ callerPods: [] })[0]?.because).toBe('no pod of caller runs in shop.')
})

test('ambient has no breakers of requests', () => {
  const ambient = pod('web-1', ['app'], { annotations: { 'ambient.istio.io/redirection': 'enabled' } })
  expect(refused({ callerPods: [ambient] })[0]?.because).toContain('it is in ambient mode: its ztunnel passes connections on')
})

test('one host', () => {
  expect(refused({ hosts: 1 })[0]).toMatchObject({ field: 'Service shop/reviews', wouldWork: '2 replicas or more' })
  expect(refused({ hosts: 1, judged: 'retry' })[0]?.because).toBe('it has one host: a retry meets the same fault.')
  expect(refused({ hosts: 0, judged: 'pool' })[0]?.because).toBe('the caller has no host for it.')
})

test('HTTP/2 with limits of HTTP/1.1, and a port that is no HTTP', () => {
  const policies = [destinationRule({ trafficPolicy: { connectionPool: { tcp: { maxConnections: 1 } } } })]
  const to = (name: string) => ({ policies, port: { name } })
  expect(refused({ judged: 'pool', ...to('grpc') })[0]?.field).toContain('http2MaxRequests')
  expect(refused({ judged: 'pool', ...to('http') })).toEqual([])
  expect(refused({ judged: 'ejection', ...to('grpc') })).toEqual([])
  expect(refused({ judged: 'ejection', ...to('tcp') })[0]?.because).toContain('is not HTTP to Istio')
})
