import type { CommandMessage } from '../../services/shared/runtime/event-sourcing/decider.ts'
import { deriveId } from '../../services/shared/runtime/messaging/derive-id.ts'
import type { ServiceRules } from './rules.ts'

/** A command that an event leads to. */
export interface Reaction extends CommandMessage {
  /** Who is told. */
  readonly service: string
  /** Of the command: whoever reacts to the event, and however often, gives it the same. */
  readonly id: string
}

/** What the reaction tables make of an event: the commands of everybody who subscribes to its publisher. */
export function reactionsTo(
  rules: Readonly<Record<string, ServiceRules>>,
  event: { readonly publisher: string; readonly id: string; readonly type: string; readonly data: unknown },
): readonly Reaction[] {
  return Object.entries(rules).flatMap(([service, { subscribesTo, reactions }]) => {
    if (!subscribesTo.includes(event.publisher) || !Object.hasOwn(reactions, event.type)) return []
    const addressed = reactions[event.type]?.(event.data) ?? []
    return addressed.map((one) => ({ ...one, service, id: deriveId(event.id, one.aggregateId, one.command.type) }))
  })
}
