import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { type Scope, scopes } from '../../../shared/contracts/scopes.ts'
import { jsonReader } from '../../access/json-reader.ts'
import { identitySource } from './identity-sources.ts'

/** A custom authorizer, as Amazon API Gateway configures one. */
export const CustomAuthorizerFile = Type.Object(
  {
    function: Type.Optional(
      Type.String({ minLength: 1, description: 'file with a Lambda function `handler`, from the folder of this file' }),
    ),
    service: Type.Optional(Type.String({ pattern: '^https?://[^\\s@]+$', description: 'URL that events are posted to' })),
    type: Type.Enum(['TOKEN', 'REQUEST'], { default: 'TOKEN' }),
    payloadFormatVersion: Type.Enum(['1.0', '2.0'], { default: '1.0', description: 'of the events of a REQUEST authorizer' }),
    identitySources: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
      minItems: 1,
      maxItems: 10,
      default: ['method.request.header.Authorization'],
      description: 'what says who calls: without all of them the authorizer is not asked, and answers are kept by them',
    }),
    identityValidation: Type.Optional(
      Type.String({
        format: 'regex',
        maxLength: 500,
        description: 'what the token of a TOKEN authorizer looks like; it is not asked about others',
      }),
    ),
    ttlSeconds: Type.Integer({ minimum: 0, maximum: 3600, default: 300, description: 'how long an answer is kept; 0: not at all' }),
    timeoutMs: Type.Integer({ minimum: 1, maximum: 29_000, default: 2000, description: 'how long an answer may take' }),
    mostCalls: Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: 64,
      description: 'calls at a time; beyond them callers get 503 at once',
    }),
    scopes: Type.Array(Type.Enum(Object.keys(scopes)), {
      default: ['orders:own'],
      description: 'scopes that it may give; it gives them all, unless its context says `scope`',
    }),
    environment: Type.Record(Type.String(), Type.String(), {
      default: {},
      writeOnly: true,
      description: 'variables of the function; it sees no others',
    }),
  },
  { additionalProperties: false },
)

export type CustomAuthorizerSettings = Omit<Static<typeof CustomAuthorizerFile>, 'scopes'> & { readonly scopes: readonly Scope[] }

const readFile = jsonReader(CustomAuthorizerFile, (given) => Value.Default(CustomAuthorizerFile, given))

/**
 * The text of a file → settings, with defaults.
 * @throws Error that says what is wrong where, and quotes nothing: there may be secrets in it
 */
export function readCustomAuthorizer(text: string): CustomAuthorizerSettings {
  const settings = readFile(text)
  if ((settings.function === undefined) === (settings.service === undefined)) throw new Error('it names either a function or a service')
  if (
    settings.type === 'TOKEN' &&
    (settings.identitySources.length !== 1 || identitySource(settings.identitySources[0] as string)?.from !== 'header')
  )
    throw new Error('a TOKEN authorizer has one identity source, a header')
  const unknown = settings.identitySources.find((source) => identitySource(source) === undefined)
  if (unknown !== undefined) throw new Error(`there is no identity source ${unknown}`)
  return settings as CustomAuthorizerSettings
}
