import { expect, test } from 'vitest'
import type { Json } from '../../../../mesh/envoy/input.ts'
import { renderEnvoy } from '../../../../mesh/envoy/render-envoy.ts'
import { input } from './destination.ts'
import { accepted, oldRule, outlier, refused, route, rule, service, to } from './strangers.ts'

const rendered = (...policy: readonly unknown[]) => renderEnvoy(input(policy))
const clusterOf = (policy: readonly unknown[], name: string): Json | undefined =>
  rendered(...policy).clusters.find((cluster) => cluster.name === name)
/** Of the destination in namespace shop. */
const routesOf = (...policy: readonly unknown[]): Json[] => {
  const [configuration] = rendered(...policy).routes
  const hosts = (configuration?.virtual_hosts ?? []) as readonly { readonly name: string; readonly routes: Json[] }[]
  return hosts.find(({ name }) => name === 'callee.shop.svc.cluster.local:80')?.routes ?? []
}

test.each(accepted)('%s is rendered', (_, policy) => {
  expect(() => rendered(...policy)).not.toThrow()
})

test.each(refused)('%s is refused', (_, policy, message) => {
  expect(() => rendered(policy)).toThrow(message)
})

test('all faults are told at once, one a line', () => {
  const { length } = 'n'.repeat(12)
  const many = Array.from({ length }, (_, index) => rule({ host: `callee_${index}`, subsets: [{ name: '' }] }, `r${index}`))
  const error = (() => {
    try {
      rendered(outlier({ interval: '0s', baseEjectionTime: '0s', surprise: 1 }), route({ timeout: '0s', mirror: {} }), ...many)
    } catch (thrown) {
      return thrown
    }
    return undefined
  })()
  const lines = String((error as Error).message).split('\n')
  expect(lines).toHaveLength(5 + 2 * length)
  expect(lines).toContain('DestinationRule callee: spec.trafficPolicy.outlierDetection.baseEjectionTime must be a duration of at least 1ms')
  expect(lines.filter((line) => line.includes('surprise'))).toHaveLength(1)
})

test('hosts, ports and subsets that are not there are told at once', () => {
  const nowhere = route({
    route: [to({ weight: 1 }, { host: 'nobody' }), to({ weight: 1 }, { subset: 'v9' }), to({ weight: 1 }, { port: { number: 81 } })],
  })
  expect(() => rendered(nowhere)).toThrow(/nobody[\s\S]*has a subset v9[\s\S]*has no port 81/)
  expect(() => rendered(rule({ host: 'nobody' }), rule({ host: 'somebody' }, 'b'))).toThrow(/nobody[\s\S]*somebody/)
})

test('consecutiveErrors does what it does in Istio: nothing, with a warning', () => {
  const { warnings, clusters } = rendered(oldRule)
  expect(warnings).toEqual([
    "DestinationRule callee: spec.trafficPolicy.outlierDetection.consecutiveErrors is called consecutive5xxErrors today. Istio ignores the old name: Envoy's 5 applies.",
  ])
  const outbound = clusters.find(({ name }) => name === 'outbound|80||callee.shop.svc.cluster.local')
  expect(outbound?.outlier_detection).toEqual({
    enforcing_success_rate: 0,
    interval: '1s',
    base_ejection_time: '30s',
    max_ejection_percent: 100,
  })
  expect(rendered(outlier({ consecutiveErrors: 0 })).warnings).toEqual([])
  expect(rendered(outlier({ consecutiveErrors: 2, consecutive5xxErrors: 3 })).warnings[0]).toMatch(
    /consecutive5xxErrors: 3, which stands beside it/,
  )
  expect(
    rendered(rule({ subsets: [{ name: 'v1', trafficPolicy: { outlierDetection: { consecutiveErrors: 1 } } }] })).warnings[0],
  ).toContain('spec.subsets.0.trafficPolicy')
})

test('an empty list of matches catches all; so does the regex .*', () => {
  const after = { route: [to()], name: 'unreachable' }
  for (const match of [[], undefined, [{ uri: { regex: '.*' } }]]) {
    const spec = { http: [{ route: [to()], name: 'all', ...(match && { match }) }, after] }
    expect(routesOf(route({}, spec)).map(({ name }) => name)).toEqual(['all'])
  }
  expect(routesOf(route({}, { http: [{ route: [to()], match: [] }] }))[0]?.match).toEqual({ prefix: '/' })
})

test('Host and :authority are a rewrite of the host, of the whole route or of a part of the split', () => {
  const [whole] = routesOf(route({ headers: { request: { set: { HOST: 'a.example', 'x-a': '1' } } } }))
  expect(whole?.route).toMatchObject({ host_rewrite_literal: 'a.example' })
  expect(whole?.request_headers_to_add).toEqual([{ header: { key: 'x-a', value: '1' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }])

  const ofOne = (name: string) => to({ weight: 1, headers: { request: { set: { ':authority': name } } } })
  const [only] = routesOf(route({ route: [ofOne('b.example')] }))
  expect(only?.route).toMatchObject({ host_rewrite_literal: 'b.example' })
  const [both] = routesOf(route({ headers: { request: { set: { host: 'a.example' } } }, route: [ofOne('b.example')] }))
  expect(both?.route).toMatchObject({ host_rewrite_literal: 'a.example' })

  const [split] = routesOf(route({ route: [ofOne('b.example'), ofOne('c.example')] }))
  expect(split?.route).not.toHaveProperty('host_rewrite_literal')
  expect(split?.route).toMatchObject({
    weighted_clusters: { clusters: [{ host_rewrite_literal: 'b.example' }, { host_rewrite_literal: 'c.example' }] },
  })
})

test("a destination's headers are those of its part of the split, and of the whole route when it is the only one", () => {
  const headers = { request: { set: { 'x-part': 'a' } }, response: { remove: ['x-b'] } }
  const operations = {
    request_headers_to_add: [{ header: { key: 'x-part', value: 'a' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }],
    response_headers_to_remove: ['x-b'],
  }
  const [split] = routesOf(route({ route: [to({ weight: 1, headers }), to({ weight: 1 })] }))
  expect(split).not.toHaveProperty('request_headers_to_add')
  expect(split).not.toHaveProperty('response_headers_to_remove')
  const { weighted_clusters } = (split?.route ?? {}) as { weighted_clusters?: { clusters: Json[] } }
  const clusters = weighted_clusters?.clusters ?? []
  expect(clusters[0]).toMatchObject(operations)
  expect(Object.keys(clusters[1] ?? {})).toEqual(['name', 'weight'])
  const [only] = routesOf(route({ route: [to({ headers })] }))
  expect(only).toMatchObject(operations)
})

test.each([
  [{ http: { idleTimeout: '2s' }, tcp: { idleTimeout: '3s' } }, '2s'],
  [{ tcp: { idleTimeout: '3s' } }, '3s'],
  [{ http: { idleTimeout: '2s' } }, '2s'],
  [{ tcp: { idleTimeout: '0s' } }, '0s'],
])("of the idle time-outs in %o HTTP's wins", (connectionPool, expected) => {
  const cluster = clusterOf([rule({ trafficPolicy: { connectionPool } })], 'outbound|80||callee.shop.svc.cluster.local')
  expect(JSON.stringify(cluster)).toContain(`"common_http_protocol_options":{"idle_timeout":"${expected}"}`)
})

test('a port without a name is sniffed: upstream goes on what came from downstream', () => {
  const unnamed = clusterOf([service({})], 'outbound|80||another.shop.svc.cluster.local')
  expect(JSON.stringify(unnamed)).toContain('"use_downstream_protocol_config":{"http_protocol_options":{},"http2_protocol_options":{}}')
  expect(JSON.stringify(unnamed)).not.toContain('common_http_protocol_options')
  const named = clusterOf([service({ name: 'http-web' })], 'outbound|80||another.shop.svc.cluster.local')
  expect(named).not.toHaveProperty('typed_extension_protocol_options')
})

test('a name belongs to its namespace: domains, endpoints and rules', () => {
  const elsewhere = service({ name: 'http' }, 'callee', 'elsewhere')
  const theirs = rule({ trafficPolicy: { outlierDetection: { consecutive5xxErrors: 7 } } }, 'theirs', 'elsewhere')
  const ours = rule(
    { host: 'callee.elsewhere.svc.cluster.local', trafficPolicy: { outlierDetection: { consecutive5xxErrors: 1 } } },
    'ours',
  )
  const other = 'outbound|80||callee.elsewhere.svc.cluster.local'

  const { endpoints, routes } = rendered(elsewhere, theirs)
  const hosts = routes[0]?.virtual_hosts as { domains: string[] }[]
  const domains = hosts.flatMap((host) => host.domains)
  expect(new Set(domains).size).toBe(domains.length)
  expect(hosts.find((host) => host.domains.includes('callee'))?.domains).toContain('callee.shop')
  expect(endpoints.find(({ cluster_name }) => cluster_name === other)?.endpoints).toEqual([{ lb_endpoints: [] }])

  expect(clusterOf([elsewhere, theirs], other)?.outlier_detection).toMatchObject({ consecutive_5xx: 7 })
  expect(clusterOf([elsewhere, theirs, ours], other)?.outlier_detection).toMatchObject({ consecutive_5xx: 1 })
})

test('a kind of the same name of another API group is somebody else’s', () => {
  const knative = {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'callee', namespace: 'shop' },
    spec: { template: {} },
  }
  expect(() => rendered(knative)).not.toThrow()
})
