import { expect, test } from 'vitest'
import { workload, workloadNames } from '../../../services/shared/contracts/topology.ts'
import { longestWait } from '../../../services/shared/runtime/http/prefer.ts'
import { manifestsOf, specOf } from '../scripts/synth/manifests.ts'

const callers = (destination: string) => workloadNames.filter((name) => workload(name).calls.includes(destination))
const destinations = workloadNames.filter((name) => callers(name).length > 0)
const kind = manifestsOf('kind')

interface Http {
  readonly match?: readonly { readonly method?: { readonly exact: string } }[]
  readonly timeout?: string
  readonly retries?: { readonly attempts: number }
}

test.each(destinations)('%s: has a breaker, and a timeout on every route', (destination) => {
  expect(specOf(kind, 'DestinationRule', destination)).toMatchObject({ trafficPolicy: { connectionPool: {}, outlierDetection: {} } })
  const { http: routes } = specOf<{ http: Http[] }>(kind, 'VirtualService', destination)
  expect(routes.length).toBeGreaterThan(0)
  for (const { timeout } of routes) expect(timeout).toMatch(/^[0-9]+(ms|s)$/)
})

test.each(destinations)('%s: only GET is retried, and for all else that is said', (destination) => {
  for (const { match, retries } of specOf<{ http: Http[] }>(kind, 'VirtualService', destination).http) {
    if (retries?.attempts !== 0) expect(match).toEqual([{ method: { exact: 'GET' } }])
  }
})

test.each(destinations)('%s: exactly the callers of topology are let in', (destination) => {
  const principals = callers(destination).map((name) => `cluster.local/ns/breakwater/sa/${name}`)
  expect(specOf(kind, 'AuthorizationPolicy', destination)).toMatchObject({
    action: 'ALLOW',
    rules: [{ from: [{ source: { principals } }] }],
  })
})

test('who is called by nobody has no access rule; the ingress opens the gateway', () => {
  const opened = kind.filter(({ kind, metadata }) => kind === 'AuthorizationPolicy' && metadata.name !== 'allow-nothing')
  expect(opened.map(({ metadata }) => metadata.name).toSorted()).toEqual([...destinations, 'gateway'].toSorted())
  expect(specOf(kind, 'AuthorizationPolicy', 'allow-nothing')).toEqual({})
})

test('nothing ejects the gateway: what it refuses under load counts as no failure, and is not repeated', () => {
  const ruled = kind.flatMap(({ kind, spec }) => (kind === 'DestinationRule' ? [(spec as { host: string }).host.split('.', 1)[0]] : []))
  expect(ruled).toContain('catalog')
  expect(ruled).not.toContain('gateway')
  expect(specOf(kind, 'VirtualService', 'ingress')).toMatchObject({ http: [{ name: 'shop', retries: { attempts: 0 } }, {}] })
})

test('a proxy can reach itself, the destinations and stores of its workload, and no more', () => {
  const reachable = (name: string) => specOf<{ egress: { hosts: string[] }[] }>(kind, 'Sidecar', name).egress.map(({ hosts }) => hosts)
  const store = (name: string) => `breakwater-data/${name}.breakwater-data.svc.cluster.local`
  const inside = (name: string) => `./${name}.breakwater.svc.cluster.local`
  expect(reachable('probe')).toEqual([[inside('probe'), inside('httpbin'), inside('catalog'), 'istio-system/*']])
  expect(reachable('order-history')).toEqual([[inside('order-history'), store('kafka'), store('postgres'), 'istio-system/*']])
})

test('httpbin keeps the rule this project started from', () => {
  expect(specOf(kind, 'DestinationRule', 'httpbin')).toEqual({
    host: 'httpbin.breakwater.svc.cluster.local',
    trafficPolicy: {
      connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1, maxRequestsPerConnection: 1 } },
      outlierDetection: { consecutive5xxErrors: 2, interval: '1s', baseEjectionTime: '30s', maxEjectionPercent: 100 },
    },
  })
})

test('who asks order-history to be kept waiting is given the time, and is not asked for again in the middle of it', () => {
  const { http } = specOf<{ http: { match?: { headers?: { prefer: { regex: string } } }[]; timeout: string; retries: object }[] }>(
    kind,
    'VirtualService',
    'order-history',
  )
  const [first] = http
  const asks = new RegExp(`^${first?.match?.[0]?.headers?.prefer.regex}$`)
  for (const prefer of ['wait=5', 'respond-async, wait=8', 'Wait=1']) expect(prefer).toMatch(asks)
  expect('return=minimal').not.toMatch(asks)
  expect(first?.retries).toEqual({ attempts: 0 })
  expect(Number.parseInt(first?.timeout ?? '', 10)).toBeGreaterThan(longestWait * 1000 + 1000)
})
