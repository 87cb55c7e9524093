import { breakingChanges, type JsonSchema } from './breaking-changes.ts'
import type { Comparison } from './comparison.ts'

/** `<service>.<command type>` → its schema. Commands have no versions. */
export type CommandSchemas = Readonly<Record<string, JsonSchema>>

/** Recorded schemas + declared ones → which commands would not be accepted any more, and what is still to be recorded. */
export function compareCommands(recorded: CommandSchemas, declared: CommandSchemas): Comparison {
  const breaking = Object.entries(recorded).flatMap(([type, was]) => {
    const is = declared[type]
    if (!is) return [`${type}: removed, but commands of this type may be on their way`]
    return breakingChanges(was, is, 'command').map((change) => `${type} ${change}`)
  })
  const unrecorded = Object.keys(declared).filter((type) => JSON.stringify(recorded[type]) !== JSON.stringify(declared[type]))
  return { breaking, unrecorded }
}
