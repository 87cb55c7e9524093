import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { identity } from '../../shared/contracts/identity.ts'

const SigningKey = Type.Object({ kty: Type.Enum(['RSA', 'EC']), kid: Type.String(), alg: Type.Enum(['RS256', 'ES256']), d: Type.String() })
const SigningKeys = Type.Object({ keys: Type.Array(SigningKey, { minItems: 1 }) })

/** What only the issuer and its tools know. */
export interface Secrets {
  /** Newest first: that one signs, the others are still published. */
  readonly keys: Static<typeof SigningKeys>['keys']
  readonly toolsSecret: string
}

/** @throws Error naming the file that is missing or wrong, without what stands in it */
export async function readSecrets(folder: string): Promise<Secrets> {
  const [keysFile, secretFile] = [join(folder, identity.files.keys), join(folder, identity.files.toolsSecret)]
  const keys = parsed(await readFile(keysFile, 'utf8'))
  if (!Value.Check(SigningKeys, keys)) throw new Error(`${keysFile} is no JWK set of private keys for RS256 or ES256.`)
  const toolsSecret = (await readFile(secretFile, 'utf8')).trim()
  if (toolsSecret.length < 32) throw new Error(`${secretFile} has fewer than 32 characters.`)
  return { keys: keys.keys, toolsSecret }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
