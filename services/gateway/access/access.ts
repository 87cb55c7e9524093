import type { Scope } from '../../shared/contracts/scopes.ts'
import type { DomainError } from '../../shared/runtime/http/problem.ts'
import { forbidden, unauthenticated } from './access-problems.ts'
import type { Caller } from './caller.ts'

/**
 * Who may call a route: anybody, or whoever has at least one of the scopes (as with the scopes of a method in Amazon API Gateway).
 * `owner: 'customer'`: who has not `orders:any` gets only what belongs to their own `customerId`; the handler checks that where it knows the owner.
 */
export type Access = 'anonymous' | { readonly scopes: readonly [Scope, ...Scope[]]; readonly owner?: 'customer' }

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of a route that is in no table of routes, such as a page. */
    access?: Access
  }
}

/**
 * Why this caller may not call such a route, or undefined when they may.
 * @param challenges what to answer as `WWW-Authenticate` when nobody has said who they are
 */
export function refusalOf(access: Access, caller: Caller, challenges: readonly string[]): DomainError | undefined {
  if (access === 'anonymous') return undefined
  if (caller.kind === 'anonymous') return unauthenticated('This needs a caller who says who they are.', challenges)
  if (access.scopes.some((scope) => caller.scopes.has(scope))) return undefined
  return forbidden(`This needs ${access.scopes.length === 1 ? 'scope' : 'one of the scopes'} ${access.scopes.join(', ')}.`)
}
