import { expect, test } from 'vitest'
import { type Plan, whyNotJudgeable } from '../../../../../../scripts/experiments/core/explain/not-judgeable.ts'
import { destinationRule, situation, virtualService } from './situations.ts'

const pod = (name: string, containers: readonly string[], more: object = {}) => ({
  metadata: { name, namespace: 'shop', ...more },
  spec: { containers: containers.map((one) => ({ name: one })) },
})
const meshed = (name: string) => pod(name, ['app', 'istio-proxy'])

const limits = { tcp: { maxConnections: 2 }, http: { http1MaxPendingRequests: 1 } }
const outlierDetection = { consecutive5xxErrors: 3, maxEjectionPercent: 100 }
/** Something for every kind to judge. */
const policies = [
  destinationRule({ trafficPolicy: { connectionPool: limits, outlierDetection } }),
  virtualService([{ timeout: '2s', retries: { attempts: 1, retryOn: '5xx' } }]),
]
const refused = (part: Partial<Plan> = {}) =>
  whyNotJudgeable({ ...situation({ policies }), callerPods: [meshed('web-1')], destinationPods: [meshed('reviews-1')], ...part })

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

test('a pod is in ambient mode by its annotation, by its label, or by that of its namespace, unless it says no', () => {
  const mode = (more: object, ambientNamespaces: readonly string[] = []) =>
    refused({ callerPods: [pod('web-1', ['app'], more)], ambientNamespaces })[0]?.because.startsWith('it is in ambient mode')
  const labelled = (value: string) => ({ labels: { 'istio.io/dataplane-mode': value } })
  expect(mode({ annotations: { 'ambient.istio.io/redirection': 'pending' } })).toBe(true)
  expect(mode({ annotations: { 'ambient.istio.io/redirection': 'disabled' } })).toBe(false)
  expect(mode(labelled('ambient'))).toBe(true)
  expect(mode({}, ['shop'])).toBe(true)
  expect(mode(labelled('none'), ['shop'])).toBe(false)
  expect(mode({}, ['web'])).toBe(false)
  // A sidecar comes first: Istio's CNI leaves such a pod alone.
  expect(refused({ ambientNamespaces: ['shop'] })).toEqual([])
})

test('one host', () => {
  expect(refused({ hosts: 1 })[0]).toMatchObject({ field: 'Service shop/reviews', wouldWork: '2 replicas or more' })
  expect(refused({ hosts: 1, judged: 'retry' })[0]?.because).toBe('it has one host: a retry meets the same fault.')
  expect(refused({ hosts: 0, judged: 'pool' })[0]?.because).toBe('the caller has no host for it.')
})

test('HTTP/2 with limits of HTTP/1.1, and a port that is no HTTP', () => {
  const to = (name: string) => ({ port: { name } })
  expect(refused({ judged: 'pool', ...to('grpc') })[0]?.field).toContain('http2MaxRequests')
  expect(refused({ judged: 'pool', ...to('http') })).toEqual([])
  expect(refused({ judged: 'ejection', ...to('grpc') })).toEqual([])
  expect(refused({ judged: 'ejection', ...to('tcp') })[0]?.because).toContain('is not HTTP to Istio')
})

test('HTTP/2 by what a cluster holds: port name, appProtocol, the rule, the mesh', () => {
  const pool = (http: object = {}) => ({
    judged: 'pool' as const,
    policies: [destinationRule({ trafficPolicy: { connectionPool: { ...limits, http: { ...limits.http, ...http } } } })],
  })
  const why = (part: Partial<Plan>) => refused({ ...pool(), ...part })[0]?.because ?? 'HTTP/1.1'
  for (const port of [{ name: 'http2-web' }, { name: 'grpc' }, { name: 'GRPC-web' }, { name: 'http', appProtocol: 'kubernetes.io/h2c' }])
    expect(why({ port })).toContain('maxConnections 2 and http1MaxPendingRequests 1 do not limit them')
  for (const port of [{ name: 'http-web' }, {}, { name: 'grpc', appProtocol: 'http' }, { name: 'web', appProtocol: 'kubernetes.io/ws' }])
    expect(why({ port })).toBe('HTTP/1.1')
  expect(why({ port: { name: 'web', appProtocol: 'kubernetes.io/wss' } })).toContain('is not HTTP to Istio')
  expect(why(pool({ h2UpgradePolicy: 'UPGRADE' }))).toContain('h2UpgradePolicy is UPGRADE, and')
  expect(why({ meshUpgradesToHttp2: true })).toContain('the mesh upgrades to HTTP/2, and')
  expect(why({ ...pool({ h2UpgradePolicy: 'DO_NOT_UPGRADE' }), meshUpgradesToHttp2: true })).toBe('HTTP/1.1')
  // A port without a telling name is sniffed, and is not upgraded by the mesh.
  expect(why({ port: { name: 'web' }, meshUpgradesToHttp2: true })).toBe('HTTP/1.1')
})

test('HTTP/2 with a limit of its own: connections that carry one request each cannot be filled', () => {
  const policies = [destinationRule({ trafficPolicy: { connectionPool: { http: { http2MaxRequests: 3 } } } })]
  for (const judged of ['pool', 'hung'] as const)
    expect(refused({ judged, policies, port: { name: 'grpc' } })[0]).toMatchObject({
      because: expect.stringContaining('what is filled here are connections that carry one each'),
      wouldWork: expect.stringContaining('a port that is named http'),
    })
})

test('retries of a route that retries no error of a host', () => {
  const retried = (retries: object | undefined) =>
    refused({ judged: 'retry', policies: retries ? [virtualService([{ retries }])] : [] }).map(({ field }) => field)
  expect(retried(undefined)).toEqual(['VirtualService shop/reviews: spec.http.retries.retryOn'])
  expect(retried({ attempts: 2, retryOn: 'connect-failure,429' })).toEqual(['VirtualService shop/reviews: spec.http[0].retries.retryOn'])
  expect(retried({ attempts: 0, retryOn: '5xx' })).toEqual(['VirtualService shop/reviews: spec.http[0].retries.attempts'])
  for (const retryOn of ['5xx', 'reset, gateway-error', '500', 'connect-failure, 504'])
    expect(retried({ attempts: 1, retryOn })).toEqual([])
  expect(refused({ judged: 'timeout' })).toEqual([])
})

test('a service that hangs: without limits of the pool, or without a time-out, nobody is kept from waiting', () => {
  const hung = (connectionPool: object | undefined, timeout?: string) =>
    refused({
      judged: 'hung',
      policies: [
        ...(connectionPool ? [destinationRule({ trafficPolicy: { connectionPool } })] : []),
        ...(timeout ? [virtualService([{ timeout }])] : []),
      ],
    }).map(({ field, wouldWork }) => [field.split('.').at(-1), wouldWork.split(':')[0]])
  const noTimeout = ['timeout', 'timeout']
  expect(hung(limits, '2s')).toEqual([])
  expect(hung(limits)).toEqual([noTimeout])
  expect(hung(limits, '0s')).toEqual([noTimeout])
  const noPool = ['connectionPool', 'connectionPool with tcp.maxConnections and http.http1MaxPendingRequests']
  expect(hung(undefined)).toEqual([noPool, noTimeout])
  expect(hung({ http: { maxRequestsPerConnection: 1 } }, '2s')).toEqual([noPool])
  expect(hung({ tcp: { maxConnections: 2 } }, '2s')).toEqual([['http1MaxPendingRequests', 'http1MaxPendingRequests']])
  expect(hung({ ...limits, tcp: { maxConnections: 0 } }, '2s')[0]).toEqual(['maxConnections', 'tcp.maxConnections'])
})
