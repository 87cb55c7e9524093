import type { OutgoingRecord } from '../../kafka/event-log.ts'
import { deriveId } from '../../messaging/derive-id.ts'
import { encodeRecord } from '../../messaging/record-codec.ts'
import { commandsOf } from '../../messaging/topic-names.ts'
import type { Rules } from '../decide/rules.ts'
import type { Command, DomainEvent } from '../decider.ts'
import type { Aggregate } from '../recover/partition-state.ts'
import type { ScheduledCommand } from './scheduler.ts'

/**
 * The deadline of an aggregate → the command that is written when it has passed.
 * The command's id comes from aggregate, version and type: however often and by whomever it is written, it is one command.
 * None while commands of the aggregate wait in quarantine: it could only be put behind them.
 */
export function scheduledCommand<State, C extends Command, Event extends DomainEvent>(
  { service, decider }: Pick<Rules<State, C, Event>, 'service' | 'decider'>,
  aggregateId: string,
  { state, version, undecidable, quarantine }: Aggregate<State>,
  clock: () => Date,
  produce: (records: readonly OutgoingRecord[]) => Promise<void>,
): ScheduledCommand | undefined {
  const decidable = !undecidable && (quarantine?.waiting.isEmpty() ?? true)
  const due = decidable ? decider.deadline?.(state) : undefined
  if (!due) return undefined
  const { at, command } = due
  const id = deriveId('due', aggregateId, String(version), command.type)
  return {
    id,
    at,
    fire: () => {
      const origin = { causationId: id, correlationId: aggregateId, time: clock().toISOString() }
      const envelope = { id, type: command.type, schemaVersion: 1, aggregateId, version: 0, ...origin }
      return produce([encodeRecord(commandsOf(service), envelope, command.data)])
    },
  }
}
