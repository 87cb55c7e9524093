import { timingSafeEqual } from 'node:crypto'
import type { Caller } from '../../access/caller.ts'
import { canonicalPath, canonicalQuery, canonicalRequest } from './canonical-request.ts'
import type { SigningCredential, SigningCredentials } from './partners.ts'
import { millis, type PresentedSignature } from './presented-signature.ts'
import { signatureRefused } from './signature-refused.ts'
import { type SigningKeys, sha256, signatureOf } from './signing-keys.ts'

/** What is asked of signatures. */
export interface SignatureRules {
  readonly region: string
  readonly service: string
  /** Seconds that a signature's time may be away from now, before or after. */
  readonly windowSeconds: number
  /** Seconds that a presigned URL may hold at most. */
  readonly longestPresigned: number
  /** Whether a signer may leave the body unsigned (`UNSIGNED-PAYLOAD`). */
  readonly unsignedPayload: boolean
}

/** What is asked unless it is set: what AWS's clients do by themselves for an API behind Amazon API Gateway. */
export const signatureDefaults: SignatureRules = {
  region: 'us-east-1',
  service: 'execute-api',
  windowSeconds: 300,
  longestPresigned: 3600,
  unsignedPayload: false,
}

/** The parts of a request that are signed. */
export interface SignedParts {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: ReadonlyMap<string, readonly string[]>
}

export const unsignedPayload = 'UNSIGNED-PAYLOAD'

/**
 * What can be said against a signature without computing it.
 * @throws UNAUTHENTICATED
 * @returns the last moment (ms) at which it is taken
 */
export function checkPresented(presented: PresentedSignature, { headers }: SignedParts, rules: SignatureRules, nowMs: number): number {
  const { date, region, service, signedAt, signedHeaders, expiresIn, payloadHash } = presented
  if (region !== rules.region || service !== rules.service)
    throw signatureRefused(`Sign for region ${rules.region} and service ${rules.service}: this is signed for ${region} and ${service}.`)
  if (signedAt.slice(0, 8) !== date) throw signatureRefused(`The credential is of ${date}, but the request was signed at ${signedAt}.`)
  const untilMs = checkTime(millis(signedAt), expiresIn, rules, nowMs)
  const unsigned = ['host', ...(expiresIn === undefined ? ['x-amz-date'] : []), ...headers.keys()].find(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signedHeaders.includes(name),
  )
  if (unsigned !== undefined) throw signatureRefused(`Header ${unsigned} has to be among the signed headers.`)
  if (payloadHash !== undefined && !/^[0-9a-f]{64}$/.test(payloadHash) && !(rules.unsignedPayload && payloadHash === unsignedPayload))
    throw signatureRefused('x-amz-content-sha256 is to be the SHA-256 of the body, in 64 hexadecimal digits: nothing else is taken for it.')
  return untilMs
}

function checkTime(signedMs: number, expiresIn: number | undefined, rules: SignatureRules, nowMs: number): number {
  const windowMs = rules.windowSeconds * 1000
  const now = new Date(nowMs).toISOString()
  if (signedMs > nowMs + windowMs) throw signatureRefused(`It was signed later than it is here: now it is ${now}.`)
  if (expiresIn === undefined) {
    if (signedMs < nowMs - windowMs) throw signatureRefused(`It was signed more than ${rules.windowSeconds} s ago: now it is ${now}.`)
    return signedMs + windowMs
  }
  if (expiresIn > rules.longestPresigned) throw signatureRefused(`A presigned URL may hold ${rules.longestPresigned} s at most.`)
  const untilMs = signedMs + expiresIn * 1000
  if (untilMs < nowMs) throw signatureRefused(`The presigned URL has expired: now it is ${now}.`)
  return untilMs
}

/** So that an unknown key takes as long as a known one, and nobody learns which there are. */
const nobody: SigningCredential = { secret: 'nobody', caller: { kind: 'anonymous', id: 'nobody', scopes: new Set() } }

/**
 * Who signed a request.
 * @throws UNAUTHENTICATED when it was signed with another secret, or as another request
 */
export function verifySignature(
  presented: PresentedSignature,
  parts: SignedParts,
  payloadHash: string,
  { credentials, keys }: { readonly credentials: SigningCredentials; readonly keys: SigningKeys },
): Caller {
  const { signature, signedAt, signedHeaders, accessKeyId } = presented
  const hashed = sha256(canonicalRequest({ ...parts, signedHeaders, payloadHash }))
  const known = credentials.get(accessKeyId)
  const key = known ? keys.of(accessKeyId, known.secret, presented) : keys.of('', nobody.secret, presented)
  const isRight = timingSafeEqual(signatureOf(key, signedAt, presented, hashed), Buffer.from(signature, 'hex'))
  if (known && isRight) return known.caller
  throw signatureRefused(
    `The signature does not fit the access key and the request. Signed here: path ${canonicalPath(parts.path)}, ` +
      `query ${canonicalQuery(parts.query) || '(none)'}, headers ${signedHeaders.join(';')}, payload ${payloadHash}; ` +
      `the canonical request has SHA-256 ${hashed}.`,
  )
}
