import type { Envelope } from '../../../contracts/envelope.ts'
import type { LogRecord, OutgoingRecord } from '../../kafka/event-log.ts'
import { deadLetterRecord } from '../../messaging/dead-letter.ts'
import { decodeEvent } from '../../messaging/decode-event.ts'
import { deriveId } from '../../messaging/derive-id.ts'
import type { ParkedEventIndex } from '../../messaging/parked-event-index.ts'
import { type DataCheck, decodeEnvelope, encodeRecord, isDecodeFailure } from '../../messaging/record-codec.ts'
import type { SchemaVersions } from '../../messaging/schema-versions.ts'
import { commandsOf, deadLettersOf } from '../../messaging/topic-names.ts'
import type { Command, CommandMessage, DomainEvent, ReactionTable } from '../decider.ts'

export interface ReactionRules<Subscribed extends DomainEvent, C extends Command> {
  readonly service: string
  readonly reactions: ReactionTable<Subscribed, C>
  readonly checkEvent: DataCheck
  /** Of the events that it subscribes to. */
  readonly versions: SchemaVersions
}

/** What one event leads to. */
export interface Reaction {
  readonly records: readonly OutgoingRecord[]
  /** Why the event is parked, and whose later events wait behind it; nobody's when it is garbage. */
  readonly parked?: { readonly code: string; readonly detail: string; readonly key?: string }
}

const nobody = (): undefined => undefined

/**
 * An event of another service → commands to our own aggregates, or a dead letter when it cannot be read or has to wait, or nothing when it is none
 * of our business. Reacting twice to an event gives the same command ids.
 * @param time of the commands, RFC 3339
 * @param ahead key → position of an earlier event of that key which waits among the dead letters
 */
export function react<Subscribed extends DomainEvent, C extends Command>(
  rules: ReactionRules<Subscribed, C>,
  record: LogRecord,
  time: string,
  ahead: (key: string) => string | undefined = nobody,
): Reaction {
  const { service, reactions, checkEvent, versions } = rules
  const park = (code: string, detail: string, key?: string): Reaction => ({
    records: [deadLetterRecord(deadLettersOf(service), record, { service, code, detail, time })],
    parked: { code, detail, ...(key !== undefined && { key }) },
  })
  const envelope = decodeEnvelope(record)
  if (isDecodeFailure(envelope)) return park(envelope.failure, envelope.detail)
  const toCommands = reactionTo(reactions, envelope.type)
  if (!toCommands) return { records: [] }
  const key = envelope.aggregateId
  const first = ahead(key)
  if (first !== undefined) return park('KEY_PARKED', `waits behind ${first} of the same aggregate`, key)
  const event = decodeEvent({ check: checkEvent, versions }, record, envelope)
  if (isDecodeFailure(event)) return park(event.failure, event.detail, key)
  try {
    return { records: toCommands(event.data).map((addressed) => toRecord(service, envelope, addressed, time)) }
  } catch (error) {
    return park('REACTION_FAILED', error instanceof Error ? error.message : String(error), key)
  }
}

/** The table's row for a type that came over the wire; that its data fits is checked before it is called. */
const reactionTo = <Subscribed extends DomainEvent, C extends Command>(
  reactions: ReactionTable<Subscribed, C>,
  type: string,
): ((data: unknown) => readonly CommandMessage<C>[]) | undefined =>
  Object.hasOwn(reactions, type) ? (reactions as Record<string, (data: unknown) => readonly CommandMessage<C>[]>)[type] : undefined

const toRecord = (service: string, event: Envelope, { aggregateId, command }: CommandMessage, time: string): OutgoingRecord =>
  encodeRecord(
    commandsOf(service),
    {
      id: deriveId(event.id, aggregateId, command.type),
      type: command.type,
      schemaVersion: 1,
      aggregateId,
      version: 0,
      causationId: event.id,
      correlationId: event.correlationId,
      ...(event.traceparent !== undefined && { traceparent: event.traceparent }),
      time,
    },
    command.data,
  )

/** An event and what it leads to. */
export interface RecordReaction extends Reaction {
  readonly record: LogRecord
}

/**
 * The next events of one partition → commands and dead letters, in order. An event whose key waits follows as a dead letter, so that no event
 * overtakes an earlier one of its aggregate; one that is among the dead letters already is left there.
 * @param time RFC 3339
 */
export function reactToBatch<Subscribed extends DomainEvent, C extends Command>(
  rules: ReactionRules<Subscribed, C>,
  waiting: Pick<ParkedEventIndex, 'has' | 'firstBefore'>,
  records: readonly LogRecord[],
  time: string,
): RecordReaction[] {
  /** Of the events parked just now. */
  const firsts = new Map<string, number>()
  return records
    .filter((record) => !waiting.has(record))
    .map((record) => {
      const ahead = (key: string): string | undefined => {
        const first = waiting.firstBefore(record, key) ?? firsts.get(key)
        return first === undefined ? undefined : `${record.topic}/${record.partition}/${first}`
      }
      const reaction = react(rules, record, time, ahead)
      const key = reaction.parked?.key
      if (key !== undefined && !firsts.has(key)) firsts.set(key, record.offset)
      return { record, ...reaction }
    })
}
