import { deriveId } from '../../../services/shared/runtime/event-sourcing/derive-id.ts'
import { isUnreadable } from '../log/current-event.ts'
import type { ServiceRules } from '../rules.ts'
import { type Examiner, faults } from './examiner.ts'

/**
 * The choreography as it was lived: each event led to exactly the commands that the reaction tables of its listeners name, and no command
 * claims an event as its cause that nobody wrote (as one would that was read from an aborted transaction).
 * Commands that have expired from their topic are known by their outcome. Memory: an id for each command of a saga.
 */
export function examineCauses(rules: Readonly<Record<string, ServiceRules>>): Examiner {
  const missing = faults('reactions that have not happened (events without the commands that they lead to)')
  const uncalled = faults('commands whose cause is no event of the log')
  /** `service id` → what it follows from. */
  const due = new Map<string, string>()
  /** Commands that are there. */
  const seen = new Set<string>()
  /** Commands that follow from an event of the log. */
  const known = new Set<string>()
  /** Commands that say they follow from an event which has not been met yet. */
  const claimed = new Map<string, string>()
  const listeners = (publisher: string) => Object.entries(rules).filter(([, { hears }]) => hears.includes(publisher))

  const expectReactions = (publisher: string, event: { id: string; type: string }, data: unknown): void => {
    for (const [service, { reactions }] of listeners(publisher)) {
      const react = Object.hasOwn(reactions, event.type) ? reactions[event.type] : undefined
      for (const { aggregateId, command } of react?.(data) ?? []) {
        const commandId = `${service} ${deriveId(event.id, aggregateId, command.type)}`
        known.add(commandId)
        claimed.delete(commandId)
        if (!seen.has(commandId)) due.set(commandId, `${event.type} ${event.id} → ${service} ${command.type}`)
      }
    }
  }

  return {
    step: ({ service, command, source, outcome }) => {
      if (command !== undefined && !('failure' in command)) {
        const { id, causationId, type } = command.envelope
        const name = `${service} ${id}`
        seen.add(name)
        due.delete(name)
        // A command that somebody outside gave is its own cause.
        if (causationId !== id && !known.has(name)) claimed.set(name, `${source} ${type} of ${causationId}`)
      }
      for (const event of outcome) {
        if (isUnreadable(event)) continue
        const answered = `${service} ${event.envelope.causationId}`
        seen.add(answered)
        due.delete(answered)
        if (event.envelope.version > 0) expectReactions(service, event.envelope, event.data)
      }
    },
    checks: () => {
      for (const what of due.values()) missing.add(what)
      for (const what of claimed.values()) uncalled.add(what)
      due.clear()
      claimed.clear()
      return [missing.check(), uncalled.check()]
    },
  }
}
