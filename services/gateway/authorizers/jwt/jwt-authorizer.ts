import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { authorizerUnavailable, unauthenticated } from '../../access/access-problems.ts'
import type { Authorizer } from '../../access/authorizer.ts'
import type { Caller } from '../../access/caller.ts'
import { type ClaimRules, ClaimsRefused, callerOfClaims } from './caller-of-claims.ts'
import { KeysUnavailable } from './issuer-keys.ts'
import type { VerifiedTokens } from './verified-tokens.ts'

export interface JwtAuthorizerOptions {
  readonly issuer: string
  readonly rules: ClaimRules
  readonly keyOf: JWTVerifyGetKey
  readonly cache: VerifiedTokens
  /** Seconds by which the issuer's clock may differ from ours. */
  readonly clockSkewS: number
  readonly now?: () => number
}

/** Signatures by a pair of keys only: with HMAC our public key would be the secret, and `none` is no signature. */
const algorithms = ['RS256', 'ES256']

/** ms; a token is verified again at least so often. */
const verifiedFor = 300_000

/** Three parts, or five when it is encrypted. Anything else after `Bearer` is somebody else's. */
const jwtPattern = /^Bearer +([\w-]+(?:\.[\w-]*){2,4})$/i

const challenge = 'Bearer realm="breakwater"'
const invalid = (detail: string) => unauthenticated(detail, [`${challenge}, error="invalid_token", error_description="${detail}"`])

/** `Authorization: Bearer <JWT>` → the person or program that the issuer gave it to. */
export function jwtAuthorizer({ issuer, rules, keyOf, cache, clockSkewS, now = Date.now }: JwtAuthorizerOptions): Authorizer {
  const verify = async (token: string): Promise<Caller> => {
    const at = now()
    const { payload } = await jwtVerify(token, keyOf, {
      algorithms,
      issuer,
      clockTolerance: clockSkewS,
      currentDate: new Date(at),
      requiredClaims: ['exp', 'sub'],
    })
    const caller = callerOfClaims(payload, rules)
    cache.set(token, caller, Math.min((payload.exp ?? 0) * 1000 + clockSkewS * 1000, at + verifiedFor))
    return caller
  }
  return {
    name: 'jwt',
    challenge,
    authenticate({ headers: { authorization } }) {
      const [, token] = jwtPattern.exec(authorization ?? '') ?? []
      if (token === undefined) return undefined
      return (
        cache.get(token, now()) ??
        verify(token).catch((error: unknown) => {
          throw refusal(error)
        })
      )
    },
  }
}

/** What kept a token from being taken → the problem that says so, without more than its sender may know. */
function refusal(error: unknown): Error {
  if (error instanceof KeysUnavailable) return authorizerUnavailable(error)
  if (error instanceof ClaimsRefused) return invalid(error.message)
  if (error instanceof errors.JWTExpired) return invalid('The token has expired.')
  if (error instanceof errors.JWTClaimValidationFailed) return invalid(`The claim ${error.claim} of the token is not as it must be.`)
  // A TypeError is how WebCrypto refuses a key of the issuer's, such as RSA below 2048 bits.
  if (error instanceof errors.JOSEError || error instanceof TypeError) return invalid('The token is not one that this issuer has signed.')
  return error instanceof Error ? error : new Error(String(error))
}
