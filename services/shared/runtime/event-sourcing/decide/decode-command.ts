import type { Envelope } from '../../../contracts/envelope.ts'
import type { LogRecord } from '../../kafka/event-log.ts'
import { type DecodeFailure, decodeData, decodeEnvelope, isDecodeFailure } from '../../messaging/record-codec.ts'
import type { Command, DomainEvent } from '../decider.ts'
import { type CommandAtHand, unreadableEnvelope } from '../reply/command-reply.ts'
import type { Rules } from './rules.ts'
import { type Rejected, rejected } from './verdict.ts'

/** Header of a quarantined command that is given up for good: why, for people. */
export const discardHeader = 'redrive.discard'

/** A record of the commands topic, as far as it can be read. */
export type DecodedCommand =
  /** Whose command it is cannot be known, or it is somebody's of another partition: nobody is blocked. */
  | { readonly kind: 'unaddressed'; readonly command: CommandAtHand; readonly why: Rejected }
  /** A quarantined command of this id is given up. */
  | { readonly kind: 'discard'; readonly command: CommandAtHand; readonly reason: string }
  /** `body`: its data, which fit the schema of its type, or why not. */
  | { readonly kind: 'command'; readonly command: CommandAtHand; readonly body: { readonly data: unknown } | Rejected }

/** @param time when it is decided, RFC 3339 */
export function decodeCommand<State, C extends Command, Event extends DomainEvent>(
  rules: Pick<Rules<State, C, Event>, 'homeOf' | 'checkCommand'>,
  record: LogRecord,
  time: string,
): DecodedCommand {
  const { topic, partition, offset } = record
  const source = `${topic}/${partition}/${offset}`
  const envelope = atHome(rules, record)
  if (isDecodeFailure(envelope)) {
    const command = { envelope: unreadableEnvelope(source, time), partition, source, time }
    return { kind: 'unaddressed', command, why: rejected(envelope.failure, envelope.detail) }
  }
  const command: CommandAtHand = { envelope, partition, source, time }
  const reason = record.headers[discardHeader]?.toString()
  if (reason !== undefined) return { kind: 'discard', command, reason }
  return { kind: 'command', command, body: bodyOf(rules, record, envelope) }
}

function bodyOf<State, C extends Command, Event extends DomainEvent>(
  { checkCommand }: Pick<Rules<State, C, Event>, 'checkCommand'>,
  record: LogRecord,
  envelope: Envelope,
): { readonly data: unknown } | Rejected {
  const decoded = decodeData(record, envelope)
  if (isDecodeFailure(decoded)) return rejected(decoded.failure, decoded.detail)
  const failure = checkCommand(envelope.type, decoded.data)
  return failure ? rejected(failure.failure, failure.detail) : { data: decoded.data }
}

/** A key that is decided here although its history lies in another partition would have two of them. */
function atHome({ homeOf }: { readonly homeOf?: (key: string) => number }, record: LogRecord): Envelope | DecodeFailure {
  const envelope = decodeEnvelope(record)
  if (isDecodeFailure(envelope)) return envelope
  const home = homeOf?.(envelope.aggregateId) ?? record.partition
  if (home === record.partition) return envelope
  return { failure: 'KEY_MISPLACED', detail: `${envelope.aggregateId} is decided in partition ${home} of ${record.topic}` }
}
