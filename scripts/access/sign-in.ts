import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { identity } from '../../services/shared/contracts/identity.ts'
import { CommandError } from '../cli/command-error.ts'
import { appUrl, type ShopAccess } from './shop-access.ts'

/** Gives a token that holds for a while yet. */
export type TokenSource = () => Promise<string>

const Issued = Type.Object({ access_token: Type.String(), expires_in: Type.Number() })
const Refused = Type.Object({ error: Type.String(), error_description: Type.Optional(Type.String()) })

const withinMs = 5_000
/** ms before it expires; a request that waits takes some seconds. */
const renewedBefore = 60_000

/**
 * Tokens of the tools' client, with every scope that it may have: one is asked for when it is needed, kept in memory, and renewed before it expires.
 * `BREAKWATER_TOKEN` is taken instead, where the shop's tokens come from somebody else's issuer.
 */
export function toolsTokens(access: Pick<ShopAccess, 'replicas' | 'portOf' | 'toolsSecret'>, env: NodeJS.ProcessEnv): TokenSource {
  const { BREAKWATER_TOKEN: given } = env
  if (given) return async () => given
  let current: Promise<{ readonly token: string; readonly until: number }> | undefined
  const renewed = async () => {
    const askedAt = Date.now()
    const issued = await issue(access, { grant_type: 'client_credentials', scope: identity.toolsScope })
    return { token: issued.access_token, until: askedAt + issued.expires_in * 1000 - renewedBefore }
  }
  /** Many ask at once, and one request answers all of them. */
  const renew = () => {
    const asked = renewed()
    current = asked
    asked.catch(() => {
      if (current === asked) current = undefined
    })
    return asked
  }
  return async () => {
    const asked = current ?? renew()
    const { token, until } = await asked
    if (Date.now() < until) return token
    return (await (current === undefined || current === asked ? renew() : current)).token
  }
}

/** A token of a person. @throws CommandError when nobody is called so */
export const personToken = async (access: ShopAccess, name: string): Promise<string> =>
  (await issue(access, { grant_type: identity.exchangeGrant, subject_token: name, subject_token_type: identity.nameTokenType }))
    .access_token

async function issue(
  access: Pick<ShopAccess, 'replicas' | 'portOf' | 'toolsSecret'>,
  form: Readonly<Record<string, string>>,
): Promise<Static<typeof Issued>> {
  const [url, secret] = await Promise.all([appUrl(access, 'identity'), access.toolsSecret()])
  const response = await fetch(`${url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${identity.toolsClient}:${secret}`).toString('base64')}` },
    body: new URLSearchParams(form),
    signal: AbortSignal.timeout(withinMs),
  })
  const body: unknown = await response.json().catch(() => undefined)
  if (response.ok && is(Issued, body)) return body
  const why = is(Refused, body) ? (body.error_description ?? body.error) : `status ${response.status}`
  throw new CommandError(`identity gives no token: ${why}`)
}

const is = <Schema extends TSchema>(schema: Schema, value: unknown): value is Static<Schema> => Value.Check(schema, value)

/** By origin of the gateway, as a browser keeps what it signs in with. */
const signedIn = new Map<string, TokenSource>()

/** From now on requests to this gateway say who sends them (`authorization`). */
export function signIn(gatewayUrl: string, tokens: TokenSource): void {
  signedIn.set(new URL(gatewayUrl).origin, tokens)
}

/** The header that says who sends a request to this gateway; none where nobody has signed in. @throws CommandError when no token is given */
export async function authorization(gatewayUrl: string): Promise<Record<string, string>> {
  const tokens = signedIn.get(new URL(gatewayUrl).origin)
  return tokens ? { authorization: `Bearer ${await tokens()}` } : {}
}
