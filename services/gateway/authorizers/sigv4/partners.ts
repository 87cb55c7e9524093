import { type Static, Type } from 'typebox'
import { CustomerId } from '../../../shared/contracts/index.ts'
import { scopes } from '../../../shared/contracts/scopes.ts'
import type { Caller } from '../../access/caller.ts'
import { jsonReader } from '../../access/json-reader.ts'

const Key = Type.Object(
  {
    accessKeyId: Type.String({ pattern: '^\\w{4,128}$' }),
    secretAccessKey: Type.String({ minLength: 32, maxLength: 256, writeOnly: true }),
  },
  { additionalProperties: false },
)

const Partner = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }),
    customerId: Type.Optional(CustomerId),
    scopes: Type.Array(Type.Enum(Object.keys(scopes)), { uniqueItems: true }),
    keys: Type.Array(Key, { minItems: 1, maxItems: 10 }),
  },
  { additionalProperties: false },
)

/** Who may sign requests, with which keys. A partner has several while it changes from one to the next. */
export const PartnersFile = Type.Object({ partners: Type.Array(Partner) }, { additionalProperties: false })

/** A key of a partner, and who signs with it. */
export interface SigningCredential {
  readonly secret: string
  readonly caller: Caller
}

/** By access key id. */
export type SigningCredentials = ReadonlyMap<string, SigningCredential>

const readFile = jsonReader(PartnersFile)

/**
 * The text of a partners' file → its keys.
 * @throws Error that says what is wrong where, and never quotes: the file is full of secrets
 */
export function readPartners(text: string): SigningCredentials {
  const given = readFile(text)
  const credentials = new Map<string, SigningCredential>()
  for (const partner of given.partners)
    for (const { accessKeyId, secretAccessKey } of partner.keys) {
      if (credentials.has(accessKeyId)) throw new Error(`access key ${accessKeyId} is there twice`)
      credentials.set(accessKeyId, { secret: secretAccessKey, caller: callerOf(partner) })
    }
  return credentials
}

const callerOf = ({ id, customerId, scopes }: Static<typeof Partner>): Caller => ({
  kind: 'signed',
  id,
  ...(customerId !== undefined && { customerId }),
  scopes: new Set(scopes),
})
