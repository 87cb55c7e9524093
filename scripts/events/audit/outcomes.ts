import { eventParkedCode } from '../../../services/shared/runtime/event-sourcing/index.ts'
import type { RecordedEvent } from '../../../services/shared/runtime/messaging/record-codec.ts'
import { isUnreadable, place } from '../log/current-event.ts'
import { answerOf } from './answer.ts'
import { type Examiner, faults } from './examiner.ts'
import type { Step } from './step.ts'

/**
 * Every command has one outcome: nothing lost, nothing twice.
 * Memory: the id of every event, about 100 bytes each, because a repetition may come at any distance.
 * @param settledBefore ms since the epoch: commands given since may still wait
 */
export function examineOutcomes(settledBefore = Number.POSITIVE_INFINITY): Examiner {
  const lost = faults('commands that were passed over')
  const undecided = faults('commands that wait to be decided')
  const disorder = faults('events whose source does not move on (source offsets per partition)')
  const mixed = faults('commands with more than one outcome')
  const foreign = faults('outcomes that do not belong to their command')
  const repeated = faults('event ids that occur twice')
  const ids = new Set<string>()
  const lastSource = new Map<string, number>()
  /** Commands without outcome are lost once a later one of their partition has one. */
  const open = new Map<string, { readonly source: string; readonly mayWait: boolean }[]>()

  const judge = ({ command, source }: Step, events: readonly RecordedEvent[]): void => {
    const isAnswered = events.some(({ envelope }) => envelope.type.endsWith('.CommandAnswered'))
    const isMixed = (isAnswered && events.length > 1) || new Set(events.map(({ envelope }) => envelope.causationId)).size > 1
    if (isMixed) mixed.add(`${source}`)
    if (command === undefined || 'failure' in command) return
    const { id, aggregateId } = command.envelope
    if (events.some(({ envelope }) => envelope.causationId !== id || envelope.aggregateId !== aggregateId)) foreign.add(`${source}`)
  }

  return {
    step: (step) => {
      const { service, partition, source, outcome } = step
      const name = `${service}.commands/${partition}`
      if (outcome.length === 0) {
        open.set(name, [...(open.get(name) ?? []), { source: `${source}`, mayWait: isSince(step, settledBefore) }])
        return
      }
      for (const passed of open.get(name) ?? []) lost.add(passed.source)
      open.delete(name)
      // Garbage from elsewhere, and our notes that it was put aside, answer no command.
      const answersNothing = outcome.every((event) => isUnreadable(event) || answerOf(event)?.code === eventParkedCode)
      if (source === undefined && answersNothing) return
      const offset = source?.startsWith(`${name}/`) ? Number(source.slice(name.length + 1)) : Number.NaN
      if (offset > (lastSource.get(name) ?? -1)) lastSource.set(name, offset)
      else disorder.add(`${source} after ${name}/${lastSource.get(name)}`)
      const events = outcome.filter((event): event is RecordedEvent => !isUnreadable(event))
      judge(step, events)
      for (const event of events) {
        const { id, type } = event.envelope
        if (ids.has(id)) repeated.add(`${place(event)} ${type} ${id}`)
        ids.add(id)
      }
    },
    checks: () => {
      for (const waiting of open.values()) for (const { source, mayWait } of waiting) if (!mayWait) undecided.add(source)
      open.clear()
      return [lost, undecided, disorder, mixed, foreign, repeated].map((found) => found.check())
    },
  }
}

const isSince = ({ command }: Step, time: number): boolean =>
  command !== undefined && !('failure' in command) && Date.parse(command.envelope.time) >= time
