import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { PolicyDocument, type Statement } from './policy.ts'

const Context = Type.Optional(Type.Union([Type.Null(), Type.Record(Type.String(), Type.Unknown())]))

const SimpleAnswer = Compile(Type.Object({ isAuthorized: Type.Boolean(), context: Context }))

const PolicyAnswer = Compile(Type.Object({ principalId: Type.String({ minLength: 1 }), policyDocument: PolicyDocument, context: Context }))

/** What an authorizer has said of a caller. */
export interface Decision {
  /** A yes or no for whatever was asked, or what is allowed. */
  readonly verdict: boolean | readonly Statement[]
  readonly principalId: string | undefined
  /** For whom orders are placed. */
  readonly customerId: string | undefined
  /** Undefined: all that this authorizer may give. */
  readonly scopes: readonly string[] | undefined
}

/**
 * Reads either form of an answer: an IAM policy, or yes and no.
 * @param mayBeSimple as in Amazon API Gateway, with events of version 2.0 alone
 * @throws Error when it is neither
 */
export function readAnswer(given: unknown, mayBeSimple: boolean): Decision {
  if (PolicyAnswer.Check(given))
    return { verdict: [given.policyDocument.Statement].flat(), principalId: given.principalId, ...fromContext(given.context ?? {}) }
  if (mayBeSimple && SimpleAnswer.Check(given)) {
    const context = given.context ?? {}
    return { verdict: given.isAuthorized, principalId: text(context.principalId), ...fromContext(context) }
  }
  throw new Error(`the answer is no IAM policy with a principalId${mayBeSimple ? ', and not { isAuthorized }' : ''}`)
}

const fromContext = (context: Readonly<Record<string, unknown>>) => ({
  customerId: text(context.customerId),
  scopes: text(context.scope)?.split(' ').filter(Boolean),
})

/** Contexts hold texts, numbers and booleans. */
const text = (value: unknown): string | undefined => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined)
