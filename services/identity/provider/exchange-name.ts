import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider'
import { identity } from '../../shared/contracts/identity.ts'
import { people } from './people.ts'

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

/** Whom the token is for, and how. */
export interface Api {
  readonly resource: string
  readonly infoOf: (scope: string, seconds: number) => { scope: string; audience: string; accessTokenFormat: 'jwt'; accessTokenTTL: number }
  readonly personTokenS: number
}

/** Token exchange (RFC 8693): who signs in as the tools' client may have the token of a person whom it names. */
export function exchangeName(provider: Provider, { resource, infoOf, personTokenS }: Api): void {
  const handler = async (ctx: KoaContextWithOIDC): Promise<void> => {
    const { params = {}, client } = ctx.oidc
    if (client === undefined) throw new errors.InvalidClient('client is required')
    if (params.subject_token_type !== identity.nameTokenType)
      throw new errors.InvalidRequest(`subject_token_type must be ${identity.nameTokenType}`)
    const name = String(params.subject_token ?? '')
    const scopes = people.get(name)
    if (scopes === undefined) throw new errors.InvalidGrant(`nobody of this name may sign in; there are ${[...people.keys()].join(', ')}`)
    const scope = scopes.join(' ')
    const token = new provider.AccessToken({ accountId: name, client, scope, gty: 'token_exchange' } as never)
    token.resourceServer = new provider.ResourceServer(resource, infoOf(scope, personTokenS))
    ctx.body = {
      access_token: await token.save(),
      issued_token_type: accessTokenType,
      token_type: 'Bearer',
      expires_in: token.expiration,
      scope,
    }
  }
  provider.registerGrantType(identity.exchangeGrant, handler, ['subject_token', 'subject_token_type'])
}
