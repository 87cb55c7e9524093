import type { Static, TObject } from 'typebox'
import type { Logger } from '../../../shared/runtime/process/logger.ts'
import type { Authorizer } from '../../access/authorizer.ts'
import { issuerDocuments } from './issuer-documents.ts'
import { firstPauseMs, issuerKeys } from './issuer-keys.ts'
import { jwtAuthorizer } from './jwt-authorizer.ts'
import type { jwtConfig } from './jwt-config.ts'
import { VerifiedTokens } from './verified-tokens.ts'

export interface StartedAuthorizers {
  readonly authorizers: readonly Authorizer[]
  close(): Promise<void>
}

/** ms for one document of the issuer, of which discovery needs two. */
const documentWithinMs = 1_000

/** The authorizer of the issuer that is configured; none without one. Its keys are read at once, again and again until it is there, and no start waits for them. */
export function startJwtAuthorizer(
  config: Static<TObject<typeof jwtConfig>>,
  { outbound, logger }: { readonly outbound: string | undefined; readonly logger: Logger },
): StartedAuthorizers {
  const { JWT_ISSUER: issuer, JWT_JWKS_URI: jwksUri } = config
  if (issuer === undefined) return { authorizers: [], close: async () => {} }
  const read = issuerDocuments({ outbound, timeoutMs: documentWithinMs })
  const cache = new VerifiedTokens(config.JWT_CACHED_TOKENS)
  const { keyOf, refresh } = issuerKeys({
    issuer,
    jwksUri,
    read,
    onChange: () => {
      cache.clear()
      logger.info({ issuer }, 'keys of the issuer read')
    },
    onFailure: (err) => logger.warn({ err, issuer }, 'keys of the issuer cannot be read; those that are known go on'),
  })
  const firstTries = setInterval(() => void tryFirst(), firstPauseMs).unref()
  const tryFirst = (): Promise<void> =>
    refresh().then(
      () => clearInterval(firstTries),
      () => {},
    )
  void tryFirst()
  const rules = {
    audience: config.JWT_AUDIENCE.split(','),
    customerClaim: config.JWT_CUSTOMER_CLAIM,
    scopePrefix: config.JWT_SCOPE_PREFIX,
    groupScopes: groupScopes(config.JWT_GROUP_SCOPES),
  }
  return {
    authorizers: [jwtAuthorizer({ issuer, rules, keyOf, cache, clockSkewS: config.JWT_CLOCK_SKEW_S })],
    close: () => {
      clearInterval(firstTries)
      return read.close()
    },
  }
}

/** `a=x y;b=z` → a: x, y · b: z */
const groupScopes = (text: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    text
      .split(';')
      .filter(Boolean)
      .map((one) => {
        const [group = '', scopes = ''] = one.split('=')
        return [group, scopes.split(' ')]
      }),
  )
