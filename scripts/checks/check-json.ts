import { type StaticDecode, type StaticEncode, Type } from 'typebox'
import { Clone, EncodeUnsafe } from 'typebox/value'
import { renamed } from './renamed.ts'

/** A check as result files and `--json` have it, and what the code calls its fields. */
export const CheckSchema = renamed(
  Type.Object({
    what: Type.String(),
    expected: Type.Unknown({ description: 'a value, or { min, max }; derived from config, never tuned' }),
    observed: Type.Unknown(),
    holds: Type.Boolean(),
    doubt: Type.Optional(
      Type.String({ description: 'why it proves nothing if it does not hold: the machine was too slow, others sent requests meanwhile' }),
    ),
  }),
  { what: 'name', observed: 'actual', holds: 'passed' },
)

/** One expectation of an experiment beside what was seen; `expected` derives from the policy under test, never from taste. */
export type Check = Readonly<StaticDecode<typeof CheckSchema>>

export type CheckJson = Readonly<StaticEncode<typeof CheckSchema>>

export const checkToJson = (check: Check): CheckJson => EncodeUnsafe({}, CheckSchema, Clone(check)) as CheckJson
