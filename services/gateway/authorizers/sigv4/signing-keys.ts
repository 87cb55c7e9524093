import { createHash, createHmac } from 'node:crypto'

/** What a signing key is derived for: a secret is never used itself. */
export interface CredentialScope {
  /** `YYYYMMDD` */
  readonly date: string
  readonly region: string
  readonly service: string
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

export const signingKey = (secret: string, { date, region, service }: CredentialScope): Buffer =>
  [date, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`) as Buffer

/** Hex SHA-256; a text is hashed as the bytes that its characters stand for (latin1, as Node reads headers). */
export const sha256 = (bytes: string | Buffer): string =>
  typeof bytes === 'string' ? createHash('sha256').update(bytes, 'latin1').digest('hex') : createHash('sha256').update(bytes).digest('hex')

/** @param hashed hex SHA-256 of the canonical request */
export const signatureOf = (key: Buffer, signedAt: string, { date, region, service }: CredentialScope, hashed: string): Buffer =>
  hmac(key, `AWS4-HMAC-SHA256\n${signedAt}\n${date}/${region}/${service}/aws4_request\n${hashed}`)

/** Days × partners that are kept. A day's key is derived with four HMACs; most requests are signed with today's. */
const mostKeys = 1000

/** Signing keys that have been derived, for as long as the secrets are the same. */
export class SigningKeys {
  readonly #keys = new Map<string, Buffer>()

  of(accessKeyId: string, secret: string, scope: CredentialScope): Buffer {
    const name = `${accessKeyId} ${scope.date}`
    const known = this.#keys.get(name)
    if (known) return known
    if (this.#keys.size >= mostKeys) this.#keys.clear()
    const key = signingKey(secret, scope)
    this.#keys.set(name, key)
    return key
  }
}
