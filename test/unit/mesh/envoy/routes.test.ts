import { expect, test } from 'vitest'
import type { Json } from '../../../../mesh/envoy/input.ts'
import { renderEnvoy } from '../../../../mesh/envoy/render-envoy.ts'
import { input } from './destination.ts'
import { route, rule, to } from './strangers.ts'

const subsets = rule({ subsets: [{ name: 'v1', labels: { version: 'v1' } }, { name: 'v2' }] })
const routesOf = (...policy: readonly unknown[]): Json[] => {
  const { virtual_hosts } = renderEnvoy(input(policy)).routes[0] as { virtual_hosts: { routes: Json[] }[] }
  return virtual_hosts[0]?.routes ?? []
}
const splitOf = (...destinations: readonly object[]) => routesOf(subsets, route({ route: destinations }))[0]?.route

test('who gets nothing of a split is not in it', () => {
  const split = splitOf(to({ weight: 0 }, { subset: 'v1' }), to({ weight: 3 }, { subset: 'v2' }), to({}))
  expect(split).toMatchObject({ weighted_clusters: { clusters: [{ name: 'outbound|80|v2|callee.shop.svc.cluster.local', weight: 3 }] } })
})

test('an empty subset is none', () => {
  expect(splitOf(to({}, { subset: '' }))).toMatchObject({ cluster: 'outbound|80||callee.shop.svc.cluster.local' })
})

test('a subset must be one of the host that it is of', () => {
  for (const policy of [[subsets], [rule({})], []])
    expect(() => routesOf(...policy, route({ route: [to({}, { subset: 'v3' })] })), `${policy.length}`).toThrow(
      'VirtualService callee: no DestinationRule of callee.shop.svc.cluster.local has a subset v3.',
    )
})

test('when no route matches all, all are given; without a time-out there is none', () => {
  const [first, second, ...none] = routesOf(
    route({}, { http: ['a', 'b'].map((name) => ({ name, match: [{ uri: { prefix: `/${name}` } }], route: [to()] })) }),
  )
  expect([first?.name, second?.name, none]).toEqual(['a', 'b', []])
  expect(first?.route).toMatchObject({ timeout: '0s' })
})

test('a regex that matches more than a part is not taken for one that matches all', () => {
  const http = [{ match: [{ uri: { regex: '/a.*' } }], route: [to()] }, { route: [to()] }]
  expect(routesOf(route({}, { http }))).toHaveLength(2)
})

test('* is presence, and headers are in the order of their bytes, whatever order they were written in', () => {
  const [present] = routesOf(route({ match: [{ withoutHeaders: { 'x-b': { regex: '*' }, 'X-a': { regex: 'a' } } }] }))
  expect(present?.match).toMatchObject({
    headers: [
      { name: 'X-a', invert_match: true, treat_missing_header_as_empty: true },
      { name: 'x-b', present_match: true, invert_match: true },
    ],
  })
  const [changed] = routesOf(route({ headers: { request: { set: { 'x-b': '1', 'X-c': '2', 'x-a': '3' } } } }))
  const added = changed?.request_headers_to_add as readonly { header: { key: string } }[]
  expect(added.map(({ header }) => header.key)).toEqual(['X-c', 'x-a', 'x-b'])
})

test("a fault is of its route in the caller's proxy; without a percentage nobody gets it", () => {
  const faultOf = (fault: object) => routesOf(route({ fault }))[0]?.typed_per_filter_config
  expect(
    faultOf({ abort: { httpStatus: 503, percentage: { value: 100 } }, delay: { fixedDelay: '1500ms', percentage: { value: 0.5 } } }),
  ).toEqual({
    'envoy.filters.http.fault': {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
      abort: { http_status: 503, percentage: { numerator: 1_000_000, denominator: 'MILLION' } },
      delay: { fixed_delay: '1.5s', percentage: { numerator: 5_000, denominator: 'MILLION' } },
    },
  })
  expect(faultOf({ abort: { httpStatus: 503 } })).toMatchObject({
    'envoy.filters.http.fault': { abort: { percentage: { numerator: 0 } } },
  })
})
