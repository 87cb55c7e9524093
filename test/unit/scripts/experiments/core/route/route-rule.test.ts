import { expect, test } from 'vitest'
import { routeRule, withoutRetries, withoutTimeout } from '../../../../../../scripts/experiments/core/route/route-rule.ts'

const route = [{ destination: { host: 'reviews' } }]
const service = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'reviews', namespace: 'bookshop' },
  spec: {
    hosts: ['reviews'],
    http: [
      { timeout: '2s', retries: { attempts: 3, perTryTimeout: '500ms' }, route },
      { timeout: '0s', route },
    ],
  },
}

test('an entry says its time-outs and retries; 0 s is none, and Istio retries twice where nothing is said', () => {
  expect(routeRule(service, 0)).toEqual({ timeoutMs: 2000, perTryMs: 500, attempts: 3 })
  expect(routeRule(service, 1)).toEqual({ attempts: 2 })
  expect(routeRule(service, 2)).toEqual({ attempts: 2 })
  expect(routeRule(undefined, 0)).toEqual({ attempts: 2 })
})

test('without a time-out no try has one either; other entries and fields stay', () => {
  const [first, second] = withoutTimeout(service, 0).spec.http as object[]
  expect(first).toEqual({ retries: { attempts: 0 }, route })
  expect(second).toEqual(service.spec.http[1])
  expect(routeRule(withoutTimeout(service, 0), 0)).toEqual({ attempts: 0 })
})

test('without retries the time-out stays', () => {
  expect(routeRule(withoutRetries(service, 0), 0)).toEqual({ timeoutMs: 2000, attempts: 0 })
  expect(routeRule(withoutRetries(service, 1), 0)).toEqual(routeRule(service, 0))
})
