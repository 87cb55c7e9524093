import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { Json } from '../../../../mesh/envoy/input.ts'
import { renderEnvoy } from '../../../../mesh/envoy/render-envoy.ts'
import { input } from '../envoy/destination.ts'
import { deciding, inboundExclusions } from './deciding-fields.ts'

interface Policy {
  readonly clusters: readonly Json[]
  readonly virtualHost: Json
}

const cases = readdirSync(new URL('.', import.meta.url))
  .filter((name) => name.endsWith('.golden.json'))
  .map((name) => name.replace('.golden.json', ''))
const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

/** What istiod told a real proxy (scripts/cluster/goldens/record-goldens.ts). */
const recorded = (name: string): Policy => JSON.parse(read(`${name}.golden.json`))

function rendered(name: string): Policy {
  const manifests = parseAllDocuments(read(`../envoy/golden/${name}.yaml`)).map((document) => document.toJS() as unknown)
  const { clusters, routes } = renderEnvoy(input(manifests.filter((manifest) => manifest !== null)))
  const hosts = routes.flatMap(({ virtual_hosts }) => virtual_hosts as Json[])
  const virtualHost = hosts.find((host) => host.name === 'callee.shop.svc.cluster.local:80')
  if (!virtualHost) throw new Error('The destination has no virtual host.')
  return { clusters, virtualHost }
}

const inbound = ({ name }: Json): boolean => String(name).startsWith('inbound|')

/** Clusters by name, and routes in their order; of domains those that are names. */
const comparable = ({ clusters, virtualHost }: Policy) => ({
  clusters: Object.fromEntries(clusters.map((cluster) => [cluster.name, deciding(cluster, inbound(cluster) ? inboundExclusions : [])])),
  domains: (virtualHost.domains as string[]).filter((domain) => !/^[\d.]+$/.test(domain)).toSorted(),
  virtualHost: deciding({ ...virtualHost, domains: undefined, routes: undefined }),
  routes: (virtualHost.routes as Json[]).map((route) => withAction(deciding(route))),
})

/** A route's action is a level deeper and has exclusions too. */
const withAction = (route: Json): Json => ({ ...route, route: deciding(route.route as Json) })

test('all cases are recorded', () => {
  const policies = readdirSync(new URL('../envoy/golden/', import.meta.url)).filter((name) => name.endsWith('.yaml'))
  expect(cases).toEqual(policies.map((name) => name.replace('.yaml', '')))
  expect(cases.length).toBeGreaterThanOrEqual(6)
})

test.each(cases)('%s: every field that decides is as istiod says it', (name) => {
  expect(comparable(rendered(name))).toEqual(comparable(recorded(name)))
})

test.each([
  ['a pool limit', '"max_pending_requests": 1,', '"max_pending_requests": 2,'],
  ['a count', '"consecutive_5xx": 2', '"consecutive_5xx": 3'],
  ['a time', '"base_ejection_time": "30s"', '"base_ejection_time": "31s"'],
  ['the panic threshold', '"healthy_panic_threshold": {}', '"healthy_panic_threshold": { "value": 50 }'],
  ['the number of retries', '"num_retries": 2', '"num_retries": 3'],
])('negative control: another value of %s is noticed', (_, said, changed) => {
  const text = read('pool-and-ejection.golden.json')
  expect(text).toContain(said)
  expect(comparable(rendered('pool-and-ejection'))).not.toEqual(comparable(JSON.parse(text.replaceAll(said, changed))))
})
