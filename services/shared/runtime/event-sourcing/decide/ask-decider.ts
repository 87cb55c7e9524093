import { type Command, type DomainEvent, isRefused } from '../decider.ts'
import type { Aggregate } from '../recover/partition-state.ts'
import type { CommandAtHand } from '../reply/command-reply.ts'
import type { Rules } from './rules.ts'
import { refused, rejected, unchanged, type Verdict } from './verdict.ts'

/** A command that may be decided + its aggregate → what the decider makes of it. What the decider throws rejects the command. */
export function askDecider<State, C extends Command, Event extends DomainEvent>(
  rules: Pick<Rules<State, C, Event>, 'decider' | 'checkEvent'>,
  before: Aggregate<State>,
  command: CommandAtHand,
  data: unknown,
): Verdict<State, Event> {
  try {
    return decided(rules, before, command, data)
  } catch (error) {
    return rejected('DECIDER_FAILED', error instanceof Error ? error.message : String(error))
  }
}

function decided<State, C extends Command, Event extends DomainEvent>(
  { decider, checkEvent }: Pick<Rules<State, C, Event>, 'decider' | 'checkEvent'>,
  { state, version }: Aggregate<State>,
  { envelope: { type, expectedVersion } }: CommandAtHand,
  data: unknown,
): Verdict<State, Event> {
  // The data was held against the schema of this type: only the pair is not known to the compiler.
  const decision = decider.decide({ type, data } as C, state)
  if (isRefused(decision)) return refused(decision.refused, decision.detail)
  // After the decider's own refusals: what is refused anyway is not refused for its version (RFC 9110 §13.2.1).
  if (expectedVersion !== undefined && expectedVersion !== version)
    return refused('VERSION_CONFLICT', `expected version ${expectedVersion}, the aggregate has version ${version}`)
  if (decision.length === 0) return unchanged
  for (const event of decision) {
    const failure = checkEvent(event.type, event.data)
    if (failure) return rejected('EVENT_INVALID', `${event.type}: ${failure.detail}`)
  }
  return { kind: 'changed', events: decision, state: decision.reduce((folded, event) => decider.evolve(folded, event), state) }
}
