import { expect, test } from 'vitest'
import type { HttpRoute } from '../../../../scripts/traffic-split/canary-routes.ts'
import type { RuleSpec } from '../../../../scripts/traffic-split/canary-subsets.ts'
import { type SplitTarget, splitTraffic, type Version } from '../../../../scripts/traffic-split/split-traffic.ts'

const host = 'catalog'
const weightsOf = ([route]: readonly HttpRoute[]): string =>
  (route?.route ?? []).map(({ destination: { subset = 'all' }, weight }) => `${subset}${weight === undefined ? '' : `=${weight}`}`).join()

/** A place that notes each step, with catalog in two versions. */
function fakePlace({ running = false, versions = ['v1', 'v2'] } = {}) {
  const did: string[] = []
  let rule: RuleSpec = { host, trafficPolicy: { outlierDetection: { maxEjectionPercent: 30 } } }
  let routes: readonly HttpRoute[] = [{ name: 'reads', timeout: '2s', route: [{ destination: { host } }] }]
  const target: SplitTarget = {
    versions: async () => new Map(versions.map((name): [string, Version] => [name, { deployment: `${host}-${name}`, running }])),
    changeRule: async (change) => {
      rule = change(rule)
      did.push(`subsets: ${(rule.subsets ?? []).map((subset) => (subset as { name: string }).name)}`)
      return rule
    },
    changeRoutes: async (change) => {
      routes = change(routes)
      did.push(`routes: ${weightsOf(routes.filter(({ name }) => name === 'reads'))}`)
    },
    scale: async (deployment, replicas) => void did.push(`${deployment}: ${replicas}`),
    awaitUndivided: async () => void did.push('undivided'),
  }
  return { did, target, routes: () => routes, rule: () => rule }
}

test('a version that has no pods gets traffic after everything goes to the other by name', async () => {
  const { did, target } = fakePlace()
  await expect(splitTraffic(target, host, { subset: 'v2', percent: 10 })).resolves.toMatch('10 % to v2, 90 % to v1')
  expect(did).toEqual(['subsets: v1,v2', 'routes: v1', 'catalog-v2: 2', 'routes: v1=90,v2=10'])
})

test('a version that runs keeps its traffic while the share changes', async () => {
  const { did, target } = fakePlace({ running: true })
  await splitTraffic(target, host, { subset: 'v2', percent: 50 })
  expect(did).toEqual(['subsets: v1,v2', 'catalog-v2: 2', 'routes: v1=50,v2=50'])
})

test('off is the same backwards, and leaves what was there before', async () => {
  const { did, target, routes, rule } = fakePlace()
  const before = { routes: routes(), rule: rule() }
  await splitTraffic(target, host, { subset: 'v2', percent: 10 })
  did.length = 0
  await expect(splitTraffic(target, host, undefined)).resolves.toMatch('All traffic of catalog goes to v1')
  expect(did).toEqual(['subsets: v1,v2', 'routes: v1', 'catalog-v2: 0', 'routes: all', 'undivided', 'subsets: '])
  expect({ routes: routes(), rule: rule() }).toEqual(before)
})

test('a version or a second one that does not exist is said before anything is changed', async () => {
  const { did, target } = fakePlace()
  await expect(splitTraffic(target, host, { subset: 'v3', percent: 10 })).rejects.toThrow(
    'catalog has no version v3 beside v1: choose from v2.',
  )
  await expect(splitTraffic(fakePlace({ versions: ['v1'] }).target, host, undefined)).rejects.toThrow('catalog has one version only')
  expect(did).toEqual([])
})
