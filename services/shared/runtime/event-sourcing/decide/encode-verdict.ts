import type { CommandAnswered } from '../../../contracts/command-answered.ts'
import type { LogRecord, OutgoingRecord } from '../../kafka/event-log.ts'
import { deadLetterRecord } from '../../messaging/dead-letter.ts'
import { isDecodeFailure } from '../../messaging/record-codec.ts'
import type { SchemaVersions } from '../../messaging/schema-versions.ts'
import { deadLettersOf } from '../../messaging/topic-names.ts'
import type { DomainEvent } from '../decider.ts'
import { type CommandAtHand, replyRecord, tryReplyRecord } from '../reply/command-reply.ts'
import { eventRecords } from './event-records.ts'
import { type Rejected, type Repeated, type refused, rejected, type Verdict } from './verdict.ts'

/**
 * A verdict → the events, or the answer that stands for them.
 * @param version of the aggregate before the command
 * @returns why the command is rejected when what the decider says cannot be written
 */
export function encodeVerdict<State>(
  stream: { readonly service: string; readonly versions: SchemaVersions },
  command: CommandAtHand,
  version: number,
  verdict: Exclude<Verdict<State, DomainEvent>, Rejected>,
): readonly OutgoingRecord[] | Rejected {
  if (verdict.kind === 'changed') return eventRecords(stream, command, version, verdict.events)
  const record = tryReplyRecord(stream.service, command, { ...answerOf(verdict), aggregateVersion: version })
  return isDecodeFailure(record) ? rejected('DECIDER_FAILED', record.detail) : [record]
}

function answerOf(
  verdict: { kind: 'unchanged' } | Repeated | ReturnType<typeof refused>,
): Omit<CommandAnswered, 'commandId' | 'commandType'> {
  switch (verdict.kind) {
    case 'unchanged':
      return { outcome: 'unchanged' }
    case 'repeated':
      return { outcome: 'unchanged', repeats: verdict.answer }
    case 'refused':
      return { outcome: 'refused', code: verdict.code, detail: verdict.detail }
  }
}

/** A dead letter and an answer, always both: the answer says to whom the dead letter's record belonged, and that it is done with. */
export function encodeRejection(
  service: string,
  command: CommandAtHand,
  record: LogRecord,
  { code, detail }: Rejected,
): readonly OutgoingRecord[] {
  const deadLetter = deadLetterRecord(deadLettersOf(service), record, { service, code, detail, time: command.time })
  return [deadLetter, replyRecord(service, command, { outcome: 'refused', code: 'COMMAND_PARKED', detail: code })]
}
