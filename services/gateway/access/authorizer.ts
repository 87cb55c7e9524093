import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Caller } from './caller.ts'

/** One way of proving who one is. */
export interface Authorizer {
  /** In logs and metrics. */
  readonly name: string
  /** How to ask for it in `WWW-Authenticate`, e.g. `Bearer realm="breakwater"`. */
  readonly challenge?: string
  /**
   * Who sends this request; undefined when nothing of this kind was presented, and the next authorizer is asked. The body has not been read yet.
   * @throws UNAUTHENTICATED when what was presented is wrong, AUTHORIZER_UNAVAILABLE when that cannot be found out now
   */
  authenticate(request: FastifyRequest): Promise<Caller | undefined> | Caller | undefined
  /** Hooks for what `authenticate` does not see: the body. Called once. */
  addTo?(app: FastifyInstance): void
}
