import { createLocalJWKSet, errors, type FlattenedJWSInput, type JSONWebKeySet, type JWSHeaderParameters, type JWTVerifyGetKey } from 'jose'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { IssuerDocuments } from './issuer-documents.ts'

/** The keys cannot be had at the moment, and those that are known have not the one that is asked for. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable'
}

export interface IssuerKeysOptions {
  /** As in the claim `iss`: a URL, below which is `/.well-known/openid-configuration`. */
  readonly issuer: string
  /** Where the keys are; without it discovery says so. */
  readonly jwksUri?: string | undefined
  readonly read: IssuerDocuments
  /** After so long the keys are read again, while the known ones go on. */
  readonly maxAgeMs?: number
  /** Least time between two readings because of a key that nobody knows, and between two tries while the issuer is away. */
  readonly cooldownMs?: number
  readonly now?: () => number
  /** Told when the keys could be read, and had changed. */
  readonly onChange?: () => void
  /** Told when they could not be read. */
  readonly onFailure?: (error: unknown) => void
}

/** Between two tries of a gateway that has just started, as the issuer has perhaps, too. */
export const firstPauseMs = 500

const Discovery = Type.Object({ issuer: Type.String(), jwks_uri: Type.String() })
const KeySet = Type.Object({ keys: Type.Array(Type.Object({ kty: Type.String() })) })

/**
 * The public keys of an issuer, as they change. jose's own remote set refuses every token once its copy is old and the issuer is away; this one goes
 * on with the keys it has, and knows a key that does not exist from one that it could not ask for.
 */
export function issuerKeys({
  issuer,
  jwksUri,
  read,
  maxAgeMs = 300_000,
  cooldownMs = 10_000,
  now = Date.now,
  onChange,
  onFailure,
}: IssuerKeysOptions) {
  let known: { readonly text: string; readonly find: ReturnType<typeof createLocalJWKSet> } | undefined
  let readAt = Number.NEGATIVE_INFINITY
  let failed: { readonly at: number; readonly error: unknown } | undefined
  let reading: Promise<void> | undefined

  const readKeys = async (): Promise<void> => {
    try {
      const keys = await keySet(await read(new URL(jwksUri ?? (await discovered(issuer, read)))))
      const text = JSON.stringify(keys)
      readAt = now()
      failed = undefined
      if (text === known?.text) return
      known = { text, find: createLocalJWKSet(keys) }
      onChange?.()
    } catch (error) {
      failed = { at: now(), error }
      onFailure?.(error)
      throw new KeysUnavailable(`The keys of ${issuer} cannot be read.`, { cause: error })
    }
  }
  /** One at a time; not at all for a while after it failed, which is short as long as no key is known. @throws KeysUnavailable */
  const refresh = (): Promise<void> => {
    if (failed && now() - failed.at < (known ? cooldownMs : firstPauseMs))
      return Promise.reject(new KeysUnavailable(`The keys of ${issuer} could not be read.`, { cause: failed.error }))
    reading ??= readKeys().finally(() => {
      reading = undefined
    })
    return reading
  }
  const find = async (header: JWSHeaderParameters, token: FlattenedJWSInput) => {
    if (!known) throw new KeysUnavailable(`The keys of ${issuer} have not been read.`)
    return known.find(header, token)
  }
  /** For `jwtVerify`. @throws KeysUnavailable; jose's JWKSNoMatchingKey when the issuer has no such key */
  const keyOf: JWTVerifyGetKey = async (header, token) => {
    if (!known) await refresh()
    else if (now() - readAt > maxAgeMs) refresh().catch(() => {})
    try {
      return await find(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || now() - readAt < cooldownMs) throw error
      await refresh()
      return find(header, token)
    }
  }
  return { keyOf, refresh }
}

/** @throws Error when what stands there is not of this issuer, which RFC 8414 §3.3 demands */
async function discovered(issuer: string, read: IssuerDocuments): Promise<string> {
  const found = await read(new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`))
  if (!Value.Check(Discovery, found)) throw new Error(`The discovery document of ${issuer} has no jwks_uri.`)
  if (found.issuer !== issuer) throw new Error(`The discovery document of ${issuer} is of ${found.issuer}.`)
  if (new URL(issuer).protocol === 'https:' && new URL(found.jwks_uri).protocol !== 'https:')
    throw new Error(`The keys of ${issuer} are not at an https URL.`)
  return found.jwks_uri
}

function keySet(document: unknown): JSONWebKeySet {
  if (!Value.Check(KeySet, document)) throw new Error('What stands at jwks_uri is no set of keys.')
  return document as JSONWebKeySet
}
