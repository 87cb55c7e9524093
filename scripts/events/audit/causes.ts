import { originOf, readResolution } from '../../../services/shared/runtime/messaging/dead-letter.ts'
import { type ParkedEventIndex, parkedEventIndex } from '../../../services/shared/runtime/messaging/parked-event-index.ts'
import type { RecordedEvent } from '../../../services/shared/runtime/messaging/record-codec.ts'
import { serviceOf } from '../dead-letters/letter.ts'
import { isUnreadable, place } from '../log/current-event.ts'
import { reactionsTo } from '../reactions-to.ts'
import type { ServiceRules } from '../rules.ts'
import { answerOf } from './answer.ts'
import { type Examiner, faults } from './examiner.ts'
import type { Step } from './step.ts'

/**
 * The choreography as it was lived: each event led to exactly the commands that the reaction tables of its listeners name, and no command
 * claims an event as its cause that nobody wrote (as one would that was read from an aborted transaction).
 * Commands that have expired from their topic are known by their outcome. An event that its listener has put aside is held up until it is
 * redriven; one that was discarded need not lead to anything. Memory: an id for each command of a saga.
 * @param settledBefore ms since the epoch: events since may not have been heard yet, and commands since may follow from events that are
 *   written while the log is read
 */
export function examineCauses(rules: Readonly<Record<string, ServiceRules>>, settledBefore = Number.POSITIVE_INFINITY): Examiner {
  const missing = faults('reactions that have not happened (events without the commands that they lead to)')
  const heldUp = faults('events that their listeners have put aside, and those behind them (`parked` lists them)')
  const uncalled = faults('commands whose cause is no event of the log')
  /** `service id` → what it follows from. */
  const due = new Map<string, { readonly service: string; readonly event: RecordedEvent; readonly what: string }>()
  /** By listener. */
  const waiting = new Map<string, ParkedEventIndex>()
  /** `service place` of events that were given up. */
  const discarded = new Set<string>()
  /** Commands that are there. */
  const seen = new Set<string>()
  /** Commands that follow from an event of the log. */
  const known = new Set<string>()
  /** Commands that say they follow from an event which has not been met yet. */
  const claimed = new Map<string, string>()

  const expectReactions = (publisher: string, event: RecordedEvent): void => {
    const { id, type } = event.envelope
    for (const reaction of reactionsTo(rules, { publisher, id, type, data: event.data })) {
      const name = `${reaction.service} ${reaction.id}`
      known.add(name)
      claimed.delete(name)
      const what = `${place(event)} ${type} → ${reaction.service} ${reaction.command.type}`
      if (!seen.has(name) && Date.parse(event.envelope.time) < settledBefore) due.set(name, { service: reaction.service, event, what })
    }
  }

  return {
    step: ({ service, command, source, outcome }) => {
      if (command !== undefined && !('failure' in command)) {
        const { id, causationId, type, time } = command.envelope
        const name = `${service} ${id}`
        seen.add(name)
        due.delete(name)
        // A command that somebody outside gave is its own cause.
        const isNews = Date.parse(time) >= settledBefore
        if (causationId !== id && !isNews && !known.has(name) && !isWithoutEffect(outcome))
          claimed.set(name, `${source} ${type} of ${causationId}`)
      }
      for (const event of outcome) {
        if (isUnreadable(event)) continue
        const answered = `${service} ${event.envelope.causationId}`
        seen.add(answered)
        due.delete(answered)
        if (event.envelope.version > 0) expectReactions(service, event)
      }
    },
    deadLetter: (record) => {
      const service = serviceOf(record.topic)
      const ofService = waiting.get(service) ?? parkedEventIndex(service)
      waiting.set(service, ofService)
      ofService.take(record)
      const event = originOf(record)
      if (event && readResolution(record)?.resolution === 'discarded') discarded.add(`${service} ${place(event)}`)
    },
    checks: () => {
      for (const { service, event, what } of due.values())
        if (!waiting.get(service)?.has(event) && !discarded.has(`${service} ${place(event)}`)) missing.add(what)
      for (const [service, events] of waiting)
        if (Object.hasOwn(rules, service))
          for (const { key, ...event } of events.all()) if (key !== undefined) heldUp.add(`${service} ${place(event)} of ${key}`)
      for (const what of claimed.values()) uncalled.add(what)
      due.clear()
      claimed.clear()
      return [missing.check(), heldUp.check(), uncalled.check()]
    },
  }
}

/** Put aside, or given up: whoever made the command up has changed nothing. Sent again, it is judged by its next outcome. */
const isWithoutEffect = (outcome: Step['outcome']): boolean =>
  outcome.some((event) => ['COMMAND_PARKED', 'COMMAND_DISCARDED'].includes(answerOf(event)?.code ?? ''))
