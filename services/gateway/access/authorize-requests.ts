import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify'
import { operationalPaths } from '../../shared/runtime/http/operational-routes.ts'
import { type Access, refusalOf } from './access.ts'
import type { Authorizer } from './authorizer.ts'
import { anonymous, type Caller } from './caller.ts'
import { type Roles, withRoles } from './roles.ts'

export interface AuthorizeOptions {
  /** Asked in this order; the first that knows the caller decides. */
  readonly authorizers: readonly Authorizer[]
  /** What callers may do beside what they have proved, as it is now. */
  readonly roles?: (() => Roles) | undefined
}

/**
 * Finds out who calls, and refuses who may not, before anything of the body is read. To be called before routes are added: a route that does not say
 * who may call it is not served at all.
 */
export function authorizeRequests(app: FastifyInstance, { authorizers, roles }: AuthorizeOptions): void {
  const challenges = authorizers.flatMap(({ challenge }) => challenge ?? [])
  app.decorateRequest('caller')
  for (const authorizer of authorizers) authorizer.addTo?.(app)
  app.addHook('onRoute', ({ url, config }) => {
    if (accessTo(url, config) === undefined) throw new TypeError(`Route ${url} does not say who may call it.`)
  })
  app.addHook('onRequest', async (request) => {
    request.caller = anonymous
    const access = accessTo(request.routeOptions.url, request.routeOptions.config)
    if (access === undefined || access === 'anonymous') return
    const caller = (await callerOf(request, authorizers)) ?? anonymous
    request.caller = roles ? withRoles(caller, roles()) : caller
    const refusal = refusalOf(access, request.caller, challenges)
    if (refusal) throw refusal
  })
}

async function callerOf(request: FastifyRequest, authorizers: readonly Authorizer[]): Promise<Caller | undefined> {
  for (const authorizer of authorizers) {
    const caller = await authorizer.authenticate(request)
    if (caller) return caller
  }
  return undefined
}

/** Undefined: the route does not say (or there is no route, and the answer is 404). */
function accessTo(url: string | undefined, config: FastifyContextConfig | undefined): Access | undefined {
  if (url !== undefined && operationalPaths.has(url)) return 'anonymous'
  return config?.access ?? config?.api?.access
}
