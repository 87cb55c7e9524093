import { expect, test } from 'vitest'
import { explain } from '../../../../../../scripts/experiments/core/explain/explain.ts'
import type { Situation } from '../../../../../../scripts/experiments/core/explain/situation.ts'
import { destinationRule, situation } from './situations.ts'

const at = (field: string) => `DestinationRule shop/reviews: spec.trafficPolicy.connectionPool${field}`
const right = { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 } }

const reasons = (connectionPool: object, part: Partial<Situation> = {}) =>
  explain(situation({ judged: 'pool', policies: [destinationRule({ trafficPolicy: { connectionPool } })], ...part }))
const port = (name: string, appProtocol?: string) => ({ port: { name, ...(appProtocol && { appProtocol }) } })

test('a pool that is right gives no reason', () => {
  expect(reasons(right)).toEqual([])
  expect(reasons({ http: { http2MaxRequests: 5 } })).toEqual([])
  expect(reasons({ ...right, http: { ...right.http, http2MaxRequests: 1 } })).toEqual([])
})

test('maxConnections alone refuses nobody: the others wait', () => {
  expect(reasons({ tcp: { maxConnections: 3 } })).toEqual([
    {
      field: at('.http.http1MaxPendingRequests'),
      because:
        'maxConnections 3 lets 3 requests through at once, and all others wait: without http1MaxPendingRequests 2^32-1 may, so that nothing is refused.',
      wouldWork: 'http1MaxPendingRequests: 1 (with maxConnections 3: 4 at once, the rest refused)',
    },
  ])
})

test('http1MaxPendingRequests alone opens a connection for each request', () => {
  expect(reasons({ http: { http1MaxPendingRequests: 1 } })).toEqual([
    expect.objectContaining({ field: at('.tcp.maxConnections'), wouldWork: 'maxConnections, beside http1MaxPendingRequests: 1' }),
  ])
})

test('0 means unset', () => {
  const found = reasons({ tcp: { maxConnections: 0 }, http: { http1MaxPendingRequests: 0 } })
  expect(found.map(({ field }) => field)).toEqual([at('.tcp.maxConnections'), at('.http.http1MaxPendingRequests')])
  expect(found[0]?.wouldWork).toBe('tcp.maxConnections: 1, the smallest limit there is')
})

test('limits of HTTP/1.1 do not limit HTTP/2, whatever made it HTTP/2', () => {
  const expected = (because: string) => [
    {
      field: at('.http.http2MaxRequests'),
      because: `${because}, and one HTTP/2 connection to a host carries all its requests: maxConnections 1 and http1MaxPendingRequests 1 do not limit them. http2MaxRequests is unset, which is 2^32-1.`,
      wouldWork: 'http2MaxRequests: 2',
    },
  ]
  expect(reasons(right, port('grpc'))).toEqual(expected('port 9080 is grpc'))
  expect(reasons(right, port('http2-api'))).toEqual(expected('port 9080 is http2-api'))
  expect(reasons(right, port('web', 'kubernetes.io/h2c'))).toEqual(expected('port 9080 is kubernetes.io/h2c'))
  expect(reasons({ ...right, http: { ...right.http, h2UpgradePolicy: 'UPGRADE' } })).toEqual(expected('h2UpgradePolicy is UPGRADE'))
  expect(reasons(right, { meshUpgradesToHttp2: true })).toEqual(expected('the mesh upgrades to HTTP/2'))
})

test('what stays HTTP/1.1, or has the limit of HTTP/2, is right', () => {
  expect(reasons({ ...right, http: { ...right.http, h2UpgradePolicy: 'UPGRADE', useClientProtocol: true } })).toEqual([])
  expect(reasons({ ...right, http: { ...right.http, h2UpgradePolicy: 'DO_NOT_UPGRADE' } }, { meshUpgradesToHttp2: true })).toEqual([])
  expect(reasons({ ...right, http: { ...right.http, http2MaxRequests: 2 } }, port('grpc'))).toEqual([])
  expect(reasons(right, port(''))).toEqual([])
})

test('http2MaxRequests limits HTTP/1.1 as well', () => {
  expect(reasons({ tcp: { maxConnections: 5 }, http: { http1MaxPendingRequests: 1, http2MaxRequests: 2 } })).toEqual([
    {
      field: at('.http.http2MaxRequests'),
      because: 'it limits requests of HTTP/1.1, too: 2 at once, before maxConnections 5 is reached.',
      wouldWork: 'http2MaxRequests: 5 or more, or none',
    },
  ])
  expect(reasons({ tcp: { maxConnections: 5 }, http: { http1MaxPendingRequests: 1, http2MaxRequests: 5 } })).toEqual([])
})

test('to a port that is not HTTP there are no requests', () => {
  expect(reasons(right, port('tcp-api'))[0]?.because).toContain('port 9080 (tcp-api) is not HTTP to Istio')
  expect(reasons(right, port('http-api'))).toEqual([])
})

test('a burst within the limits leaves nothing to refuse', () => {
  expect(reasons(right, { seen: { atOncePerCaller: 2 } })[0]).toEqual({
    field: at(''),
    because:
      'the caller had 2 requests at once: no more than maxConnections 1 + http1MaxPendingRequests 1 = 2, so that there was nothing to refuse.',
    wouldWork: 'more than 2 requests at once from each caller',
  })
  expect(reasons(right, { seen: { atOncePerCaller: 3 } })).toEqual([])
})

test("the destination's own side takes the same limit for all callers together", () => {
  const callers = (replicas: number) => ({ caller: { namespace: 'shop', labels: {}, replicas } })
  expect(reasons({ ...right, tcp: { maxConnections: 10 } }, callers(4))[0]).toMatchObject({
    because: expect.stringContaining('4 × 10 = 40 connections, and 3 hosts take 3 × 10 = 30'),
    wouldWork: expect.stringContaining('maxConnections: 14 or more'),
  })
  expect(reasons(right, callers(3))).toEqual([])
})

test('no pool at all', () => {
  expect(explain(situation({ judged: 'pool' }))).toEqual([
    expect.objectContaining({ field: 'DestinationRule: spec.trafficPolicy.connectionPool' }),
  ])
})
