import type { JWTPayload } from 'jose'
import type { Caller } from '../../access/caller.ts'

/** How an issuer's claims are read. */
export interface ClaimRules {
  /** One of them must be in `aud`, or be the `client_id` of a token without `aud`, as with HTTP APIs of API Gateway. */
  readonly audience: readonly string[]
  /** Which claim of a person's token is their customer id. */
  readonly customerClaim: string
  /** Scopes of the members of a group (`cognito:groups`, `groups`). */
  readonly groupScopes: ReadonlyMap<string, readonly string[]>
  /** Cut off in front of each scope: Cognito puts the resource server's identifier there. */
  readonly scopePrefix: string
}

/** A token that was signed as it should be, and is not for us. The message may be told. */
export class ClaimsRefused extends Error {
  override readonly name = 'ClaimsRefused'
}

/**
 * Claims of a verified access token (RFC 9068, or as Cognito writes them) → who calls.
 * @throws ClaimsRefused
 */
export function callerOfClaims(claims: JWTPayload, { audience, customerClaim, groupScopes, scopePrefix }: ClaimRules): Caller {
  const { sub, aud, client_id: clientId, token_use: tokenUse } = claims
  if (tokenUse !== undefined && tokenUse !== 'access') throw new ClaimsRefused('This is no access token.')
  const given = aud === undefined ? (typeof clientId === 'string' ? [clientId] : []) : [aud].flat()
  if (!given.some((one) => audience.includes(one))) throw new ClaimsRefused('The token is for another audience.')
  if (sub === undefined || sub === '') throw new ClaimsRefused('The token names nobody.')
  const groups = [...textsIn(claims['cognito:groups']), ...textsIn(claims.groups)]
  const scopes = new Set([
    ...[...wordsIn(claims.scope), ...wordsIn(claims.scp)].map((scope) =>
      scope.startsWith(scopePrefix) ? scope.slice(scopePrefix.length) : scope,
    ),
    ...groups.flatMap((group) => groupScopes.get(group) ?? []),
  ])
  // With client credentials the subject is the client itself.
  if (sub === clientId) return { kind: 'client', id: sub, scopes }
  const customerId = claims[customerClaim]
  return {
    kind: 'user',
    id: sub,
    ...(typeof customerId === 'string' && customerId !== '' && { customerId }),
    scopes,
    ...(groups.length > 0 && { groups }),
  }
}

const textsIn = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [])

/** `a b` or `['a', 'b']`: issuers write scopes in both ways. */
const wordsIn = (value: unknown): string[] => (typeof value === 'string' ? value.split(' ').filter(Boolean) : textsIn(value))
