import type { FastifyRequest } from 'fastify'
import { hasBody } from '../../../shared/runtime/http/json-bodies.ts'
import { label } from '../../../shared/runtime/process/trace-context.ts'
import type { Authorizer } from '../../access/authorizer.ts'
import type { Caller } from '../../access/caller.ts'
import { headerValues, splitTarget } from '../raw-request.ts'
import type { SigningCredentials } from './partners.ts'
import { presentedSignature } from './presented-signature.ts'
import { SeenSignatures } from './seen-signatures.ts'
import { challenge, signatureRefused } from './signature-refused.ts'
import { passOnSignedBodies, readBody } from './signed-bodies.ts'
import { SigningKeys, sha256 } from './signing-keys.ts'
import { checkPresented, type SignatureRules, signatureDefaults, unsignedPayload, verifySignature } from './verify-signature.ts'

export interface SigV4Options extends Partial<SignatureRules> {
  /** The keys as they are now. */
  readonly credentials: () => SigningCredentials
  /** ms of the epoch. */
  readonly now?: () => number
}

const emptyHash = sha256('')

/** Methods that change nothing: sent again they do no harm, and two of them within a second have one signature. */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Requests that partners sign with AWS Signature Version 4, in a header or as presigned URLs. */
export function sigV4Authorizer({ credentials, now = Date.now, ...given }: SigV4Options): Authorizer {
  const rules = { ...signatureDefaults, ...given }
  const seen = new SeenSignatures()
  let keysOf: { readonly credentials: SigningCredentials; readonly keys: SigningKeys } | undefined
  const current = () => {
    const latest = credentials()
    if (keysOf?.credentials !== latest) keysOf = { credentials: latest, keys: new SigningKeys() }
    return keysOf
  }

  const authenticate = (request: FastifyRequest): Caller | undefined | Promise<Caller> => {
    const parts = partsOf(request)
    const presented = presentedSignature(parts.headers, parts.query)
    if (!presented) return undefined
    const untilMs = checkPresented(presented, parts, rules, now())
    const verify = (payloadHash: string): Caller => {
      const caller = verifySignature(presented, parts, payloadHash, current())
      if (!safeMethods.has(parts.method) && !seen.isFirst(presented.signature, untilMs, now()))
        throw signatureRefused('This very request was taken before: sign it again to send it again.')
      label({ accessKeyId: presented.accessKeyId })
      return caller
    }
    const { payloadHash } = presented
    if (payloadHash === unsignedPayload) return verify(payloadHash)
    if (hasBody(request.headers)) return verifyWithBody(request, payloadHash, verify)
    if (payloadHash !== undefined && payloadHash !== emptyHash) throw otherBody()
    return verify(emptyHash)
  }
  return { name: 'sigv4', challenge, authenticate, addTo: passOnSignedBodies }
}

/** A wrong signature is refused before anything of the body is read, when the signer says the body's hash. */
async function verifyWithBody(request: FastifyRequest, said: string | undefined, verify: (payloadHash: string) => Caller): Promise<Caller> {
  const early = said === undefined ? undefined : verify(said)
  const body = await readBody(request)
  const hash = sha256(body)
  if (said !== undefined && said !== hash) throw otherBody()
  request.signedBody = body
  return early ?? verify(hash)
}

const otherBody = () => signatureRefused('The body is not the one that was signed: x-amz-content-sha256 is of another.')

function partsOf({ raw, method, originalUrl }: FastifyRequest) {
  return { method, ...splitTarget(originalUrl), headers: headerValues(raw.rawHeaders) }
}
