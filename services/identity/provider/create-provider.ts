import { randomBytes } from 'node:crypto'
import { Provider } from 'oidc-provider'
import { identity } from '../../shared/contracts/identity.ts'
import { scopes } from '../../shared/contracts/scopes.ts'
import { exchangeName } from './exchange-name.ts'
import { NothingKept } from './nothing-kept.ts'
import type { Secrets } from './read-secrets.ts'

export interface ProviderOptions {
  readonly secrets: Secrets
  readonly personTokenS: number
  readonly clientTokenS: number
}

/** Of the shop's API, as clients would name it with `resource` (RFC 8707); it is the only one. */
const resource = 'urn:breakwater:api'

/** OpenID Connect for the shop on a laptop and on kind: tokens for its tools, and for people whom they name. Nobody signs in with a browser. */
export function createProvider({ secrets: { keys, toolsSecret }, personTokenS, clientTokenS }: ProviderOptions): Provider {
  const [newest] = keys
  const infoOf = (scope: string, seconds: number) => ({
    scope,
    audience: identity.audience,
    accessTokenFormat: 'jwt' as const,
    accessTokenTTL: seconds,
    jwt: { sign: { alg: newest?.alg ?? 'RS256', ...(newest && { kid: newest.kid }) } },
  })
  const provider = new Provider(identity.issuer, {
    adapter: NothingKept,
    jwks: { keys: [...keys] as never },
    clients: [
      {
        client_id: identity.toolsClient,
        client_secret: toolsSecret,
        grant_types: ['client_credentials', identity.exchangeGrant],
        redirect_uris: [],
        response_types: [],
        scope: identity.toolsScope,
        id_token_signed_response_alg: newest?.alg ?? 'RS256',
      },
    ],
    scopes: Object.keys(scopes),
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256'] },
    cookies: { keys: [randomBytes(32)] },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    ttl: { AccessToken: personTokenS, ClientCredentials: clientTokenS },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        getResourceServerInfo: () => infoOf(identity.toolsScope, clientTokenS),
      },
    },
  })
  exchangeName(provider, { resource, infoOf, personTokenS })
  return provider
}
