import { randomBytes } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { identity } from '../../services/shared/contracts/identity.ts'

/** What an issuer of our own needs, file name → text: a key that nobody has had before, and the secret of its tools. */
export async function newSecrets(): Promise<Record<string, string>> {
  const alg = 'ES256'
  const jwk = await exportJWK((await generateKeyPair(alg, { extractable: true })).privateKey)
  const key = { ...jwk, kid: await calculateJwkThumbprint(jwk), alg, use: 'sig' }
  const { keys, toolsSecret } = identity.files
  return { [keys]: JSON.stringify({ keys: [key] }), [toolsSecret]: randomBytes(32).toString('base64url') }
}
