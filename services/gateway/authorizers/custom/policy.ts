import { type Static, Type } from 'typebox'

const oneOrMore = Type.Union([Type.String(), Type.Array(Type.String())])

/** What none of it may be is read as nothing: `Condition`, `NotAction` and `NotResource` would be passed over, so a policy with one is refused. */
const Statement = Type.Object(
  { Sid: Type.Optional(Type.String()), Effect: Type.Enum(['Allow', 'Deny']), Action: oneOrMore, Resource: oneOrMore },
  { additionalProperties: false },
)

export type Statement = Static<typeof Statement>

/** An IAM policy, as far as it is about calling an API. */
export const PolicyDocument = Type.Object({
  Version: Type.Optional(Type.String()),
  Id: Type.Optional(Type.String()),
  Statement: Type.Union([Statement, Type.Array(Statement)]),
})

/** Whether a method may be called: some statement allows it, and none denies it. */
export function allows(statements: readonly Statement[], arn: string): boolean {
  const about = statements.filter(
    ({ Action, Resource }) =>
      [Action].flat().some((action) => matches(action, 'execute-api:Invoke', 'i')) && [Resource].flat().some((one) => matches(one, arn)),
  )
  return about.length > 0 && about.every(({ Effect }) => Effect === 'Allow')
}

/** IAM's patterns: `*` is any text, slashes too, `?` any one character. Without backtracking: a policy must not be able to hold the gateway up. */
function matches(pattern: string, text: string, flags = ''): boolean {
  const [p, t] = flags === 'i' ? [pattern.toLowerCase(), text.toLowerCase()] : [pattern, text]
  let at = 0
  let from = 0
  let star = -1
  let resume = 0
  while (at < t.length) {
    if (p[from] === '*') {
      star = from++
      resume = at
    } else if (p[from] === '?' || p[from] === t[at]) {
      from++
      at++
    } else if (star >= 0) {
      from = star + 1
      at = ++resume
    } else return false
  }
  while (p[from] === '*') from++
  return from === p.length
}
