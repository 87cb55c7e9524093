import { expect, test } from 'vitest'
import { explain } from '../../../../../../scripts/experiments/core/explain/explain.ts'
import { routeInForce } from '../../../../../../scripts/experiments/core/explain/route-in-force.ts'
import type { Situation } from '../../../../../../scripts/experiments/core/explain/situation.ts'
import { destinationRule, situation, virtualService } from './situations.ts'

const hung: Situation['fault'] = { delayMs: Number.POSITIVE_INFINITY }
const at = (field: string) => `VirtualService shop/reviews: spec.http[0].${field}`

const retry = (route: object | undefined, part: Partial<Situation> = {}) =>
  explain(situation({ judged: 'retry', policies: route ? [virtualService([route])] : [], ...part }))
const timeout = (route: object | undefined, part: Partial<Situation> = {}) =>
  explain(situation({ judged: 'timeout', fault: hung, policies: route ? [virtualService([route])] : [], ...part }))

test('retries that are right give no reason', () => {
  const route = { timeout: '3s', retries: { attempts: 2, perTryTimeout: '1s', retryOn: '5xx' } }
  for (const fault of [{ status: 500 }, { status: 503 }, hung, 'no-connection'] as const) expect(retry(route, { fault })).toEqual([])
})

test('attempts 0 switches them off', () => {
  expect(retry({ retries: { attempts: 0 } })).toEqual([
    expect.objectContaining({ field: at('retries.attempts'), wouldWork: 'attempts: 2' }),
  ])
})

test('what is not in retryOn is not retried', () => {
  const retried = (retryOn: string, fault: Situation['fault']) =>
    retry({ timeout: '9s', retries: { attempts: 2, perTryTimeout: '1s', retryOn } }, { ...(fault && { fault }) }).length === 0
  expect(retry(undefined, { fault: { status: 503 } })).toEqual([
    {
      field: 'VirtualService shop/reviews: spec.http.retries.retryOn',
      because: expect.stringContaining("503 is not in Istio's default (connect-failure,"),
      wouldWork: 'retryOn with 5xx (or 503)',
    },
  ])
  expect(retry(undefined, { fault: 'no-connection' })).toEqual([])
  expect(retried('gateway-error', { status: 500 })).toBe(false)
  expect(retried('gateway-error', { status: 503 })).toBe(true)
  expect(retried('500,502', { status: 500 })).toBe(true)
  expect(retried('503', { status: 500 })).toBe(false)
  expect(retried('retriable-4xx', { status: 409 })).toBe(true)
  expect(retried('retriable-4xx', { status: 429 })).toBe(false)
  expect(retried('connect-failure', hung)).toBe(false)
  expect(retried('reset', hung)).toBe(true)
  expect(retried('retriable-status-codes', 'no-connection')).toBe(false)
})

test('tries that do not fit into the time-out', () => {
  expect(retry({ timeout: '3s', retries: { attempts: 3, perTryTimeout: '2s', retryOn: '5xx' } }, { fault: hung })).toEqual([
    {
      field: at('retries.perTryTimeout'),
      because:
        '4 tries (the first, and attempts 3) × 2000 ms = 8000 ms, more than timeout 3s: of tries that run out of time only 1 fit in.',
      wouldWork: 'perTryTimeout: 750ms, or timeout: 8000ms',
    },
  ])
  expect(retry({ timeout: '8s', retries: { attempts: 3, perTryTimeout: '2s', retryOn: '5xx' } }, { fault: hung })).toEqual([])
})

test('without perTryTimeout one try that hangs takes it all', () => {
  expect(retry({ timeout: '3s', retries: { attempts: 2, retryOn: '5xx' } }, { fault: hung })).toEqual([
    expect.objectContaining({ field: at('retries.perTryTimeout'), wouldWork: 'perTryTimeout: 1000ms (timeout ÷ 3 tries)' }),
  ])
  expect(retry({ timeout: '3s', retries: { attempts: 2, retryOn: '5xx' } }, { fault: { status: 500 } })).toEqual([])
})

test('a retry needs another host', () => {
  const route = { retries: { attempts: 2, retryOn: '5xx' } }
  expect(retry(route, { hosts: 1 })[0]?.because).toBe('there is one host: a retry meets the same fault.')
  expect(retry(route, { hosts: 3, broken: 3 })[0]?.because).toBe('all 3 hosts were broken: a retry meets the same fault.')
  expect(retry(route, { hosts: 2 })).toEqual([])
})

test('a limit of retries at once', () => {
  const policies = [
    virtualService([{ retries: { attempts: 2, retryOn: '5xx' } }]),
    destinationRule({ trafficPolicy: { connectionPool: { http: { maxRetries: 1 } } } }),
  ]
  expect(retry(undefined, { policies, seen: { atOncePerCaller: 4 } })).toEqual([
    expect.objectContaining({
      field: 'DestinationRule shop/reviews: spec.trafficPolicy.connectionPool.http.maxRetries',
      wouldWork: 'maxRetries: 4, or none',
    }),
  ])
  expect(retry(undefined, { policies, seen: { atOncePerCaller: 1 } })).toEqual([])
})

test('a time-out that is right gives no reason', () => {
  expect(timeout({ timeout: '2s' })).toEqual([])
  expect(timeout({ timeout: '2s' }, { fault: { delayMs: 3000 }, seen: { watchedMs: 5000 } })).toEqual([])
  expect(timeout({ timeout: '2s', retries: { attempts: 1, perTryTimeout: '1s' } })).toEqual([])
})

test('no time-out, or none that runs out', () => {
  expect(timeout(undefined)[0]?.because).toBe('no timeout is set: Istio then waits without end for an answer.')
  expect(timeout({ timeout: '0s' })[0]?.because).toContain('timeout is 0s')
  expect(timeout({ timeout: '2s' }, { fault: { delayMs: 1500 } })[0]?.wouldWork).toBe('timeout: less than 1500ms')
  expect(timeout({ timeout: '60s' }, { seen: { watchedMs: 10_000 } })[0]?.because).toBe(
    'the run watched 10000 ms, and timeout 60s is longer.',
  )
})

test('retries move the end of a call', () => {
  expect(timeout({ timeout: '10s', retries: { attempts: 1, perTryTimeout: '1s' } })[0]?.because).toBe(
    '2 tries × 1000 ms = 2000 ms: a call ends then, before timeout 10s is over.',
  )
  expect(timeout({ timeout: '3s', retries: { attempts: 3, perTryTimeout: '2s' } })[0]?.because).toContain('8000 ms, more than timeout 3s')
})

test('the route of a call: the first that takes its method and path, of the oldest VirtualService of the mesh', () => {
  const routes = virtualService(
    [
      { match: [{ method: { exact: 'POST' } }], timeout: '1s' },
      { match: [{ uri: { prefix: '/v2' }, headers: { user: { exact: 'me' } } }], timeout: '2s' },
      { match: [{ uri: { prefix: '/v2' } }], timeout: '3s' },
      { timeout: '4s', route: [{ destination: { host: 'reviews', subset: 'v1' } }] },
    ],
    {},
    { creationTimestamp: '2026-01-01T00:00:00Z' },
  )
  const newer = virtualService([{ timeout: '9s' }], {}, { name: 'newer', creationTimestamp: '2026-02-01T00:00:00Z' })
  const ofIngress = virtualService([{ timeout: '8s' }], { gateways: ['ingress'] }, { name: 'a' })
  const hidden = virtualService([{ timeout: '7s' }], { exportTo: ['.'], hosts: ['reviews.shop.svc.cluster.local'] }, { namespace: 'web' })
  const taken = (method: string, path: string) =>
    routeInForce(situation({ policies: [newer, ofIngress, hidden, routes], request: { method, path } }))
  expect(taken('POST', '/')).toMatchObject({ field: 'VirtualService shop/reviews: spec.http[0]', timeout: '1s' })
  expect(taken('GET', '/v2/x')).toMatchObject({ field: 'VirtualService shop/reviews: spec.http[2]', timeout: '3s' })
  expect(taken('GET', '/')).toMatchObject({ timeout: '4s', subset: 'v1' })
})
