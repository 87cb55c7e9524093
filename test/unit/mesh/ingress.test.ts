import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import { createGateway } from '../../../services/gateway/app.ts'
import { operationalPaths } from '../../../services/shared/runtime/http/operational-routes.ts'
import { commonProblem, problemOf } from '../../../services/shared/runtime/http/problem.ts'
import { manifestsOf, specOf } from '../scripts/synth/manifests.ts'
import { fakeMesh } from '../services/gateway/fake-mesh.ts'
import { calledBy, tools } from '../services/gateway/test-callers.ts'

const { served } = vi.hoisted(() => ({ served: new Set<string>() }))
vi.mock(import('../../../services/shared/runtime/http/server.ts'), async (original) => {
  const { createServer } = await original()
  return {
    createServer: (options) => {
      const app = createServer(options)
      app.addHook('onRoute', ({ url }) => void served.add(url))
      return app
    },
  }
})
createGateway({ mesh: fakeMesh({}), logger: pino({ level: 'silent' }), authorizers: [calledBy(tools)] })

interface Http {
  readonly match?: readonly { readonly uri: { readonly exact?: string; readonly prefix?: string } }[]
  readonly route?: object
  readonly directResponse?: { readonly status: number; readonly body: { readonly string: string } }
}
interface AuthorizationPolicy {
  readonly rules: readonly { readonly to: readonly { readonly operation: { readonly paths: readonly string[] } }[] }[]
}

/** Envoy takes the first route that matches. */
const routeOf = (routes: readonly Http[], path: string): Http | undefined =>
  routes.find(({ match }) => !match || match.some(({ uri }) => path === uri.exact || (uri.prefix && path.startsWith(uri.prefix))))
const isAllowed = ({ rules }: AuthorizationPolicy, path: string): boolean =>
  rules
    .flatMap(({ to }) => to.flatMap(({ operation }) => operation.paths))
    .some((allowed) => allowed === path || (allowed.endsWith('*') && path.startsWith(allowed.slice(0, -1))))

const inside = (path: string) => operationalPaths.has(path) || /^\/v\d+\/(operations|gateway)\//.test(path)
/** What a browser asks before it asks: at each path, so it has none of its own. */
const preflight = '*'
const customers = [...served]
  .filter((path) => path !== preflight && !inside(path))
  .flatMap((path) => (path === '/' ? [path] : [path, `/canary${path}`]))
const operations = [
  ...operationalPaths,
  ...[...served].filter(inside).flatMap((path) => [path, `/canary${path}`]),
  '/canary',
  '/canary/metrics',
  '/beta/v1/products',
  '/v1',
  '/v2/operations',
  '/v1/operations',
  '/v1/productsfoo',
  '/v1/operations/new',
  '/v1/gateway/stages/canary',
]

test.each(['kind', 'eks'] as const)('%s: customers reach every path that gateway has for them, and no other', (target) => {
  const manifests = manifestsOf(target)
  const { http } = specOf<{ http: Http[] }>(manifests, 'VirtualService', 'ingress')
  const policy = specOf<AuthorizationPolicy>(manifests, 'AuthorizationPolicy', 'gateway')
  expect(customers).toContain('/v1/orders/:id/cancel')
  for (const path of customers) {
    expect(routeOf(http, path)?.route, path).toBeDefined()
    expect(isAllowed(policy, path), path).toBe(true)
  }
  expect(operations).toContain('/v1/operations/stock')
  for (const path of operations) {
    expect(routeOf(http, path)?.route, path).toBeUndefined()
    expect(isAllowed(policy, path), path).toBe(false)
  }
})

test('what stays inside is answered like a path that does not exist', () => {
  const { http } = specOf<{ http: Http[] }>(manifestsOf('kind'), 'VirtualService', 'ingress')
  const { directResponse } = routeOf(http, '/metrics') ?? {}
  expect(directResponse?.status).toBe(404)
  expect(JSON.parse(directResponse?.body.string ?? '')).toEqual(problemOf(commonProblem('ROUTE_NOT_FOUND')))
})
