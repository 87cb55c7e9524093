import { deriveId } from '../../../services/shared/runtime/messaging/derive-id.ts'
import type { RecordedEvent } from '../../../services/shared/runtime/messaging/record-codec.ts'
import { reactionsTo } from '../reactions-to.ts'
import type { ServiceRules } from '../rules.ts'

/** What led to an event. */
export interface Cause {
  /** The command that was decided. */
  readonly command: string
  /** Id of the event that the command reacts to; undefined when it came from a timer of the aggregate. */
  readonly event: string | undefined
}

/**
 * Events of one saga, in order → id of each command → what led to it. Commands that somebody outside gave are left out.
 * Found by the rules, because commands expire and events name only the id of theirs.
 */
export function causesOfCommands(
  rules: Readonly<Record<string, ServiceRules>>,
  events: readonly (RecordedEvent & { readonly service: string })[],
): ReadonlyMap<string, Cause> {
  const causes = new Map<string, Cause>()
  const states = new Map<string, unknown>()
  for (const { service, envelope, data } of events) {
    const { id, type, aggregateId, version } = envelope
    for (const { id: commandId, command } of reactionsTo(rules, { publisher: service, id, type, data }))
      causes.set(commandId, { command: command.type, event: id })
    const decider = rules[service]?.decider
    // Only an aggregate that the saga has from its beginning can be folded.
    const name = `${service} ${aggregateId}`
    if (!decider?.deadline || (version !== 1 && !states.has(name))) continue
    const state = decider.evolve(states.get(name) ?? decider.initial, { type, data })
    states.set(name, state)
    const due = decider.deadline(state)
    if (due) causes.set(deriveId('due', aggregateId, String(version), due.command.type), { command: due.command.type, event: undefined })
  }
  return causes
}
