/** Who sends a request, as an authorizer has proved it. */
export interface Caller {
  /** `user`: a person with a token; `client`: a program with a token; `signed`: SigV4; `custom`: somebody's own authorizer. */
  readonly kind: 'anonymous' | 'user' | 'client' | 'signed' | 'custom'
  /** Unique among callers of its kind; goes into logs, so never a secret. */
  readonly id: string
  /** The customer whose orders are the caller's own. */
  readonly customerId?: string
  readonly scopes: ReadonlySet<string>
  /** Of the identity provider; roles may be given to them. */
  readonly groups?: readonly string[]
}

export const anonymous: Caller = Object.freeze({ kind: 'anonymous', id: 'anonymous', scopes: new Set<string>() })

declare module 'fastify' {
  interface FastifyRequest {
    /** `anonymous` on routes that anybody may call: nothing that such a request presents is looked at. */
    caller: Caller
  }
}
