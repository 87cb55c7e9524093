import type { LogRecord, OutgoingRecord } from '../../kafka/event-log.ts'
import type { Command, DomainEvent } from '../decider.ts'
import { enterQuarantine, leaveQuarantine } from '../quarantine/quarantine.ts'
import type { Aggregate } from '../recover/partition-state.ts'
import type { CommandAtHand } from '../reply/command-reply.ts'
import { admitCommand } from './admit-command.ts'
import { askDecider } from './ask-decider.ts'
import { decodeCommand } from './decode-command.ts'
import { encodeRejection, encodeVerdict } from './encode-verdict.ts'
import type { Rules } from './rules.ts'
import type { Rejected, Verdict } from './verdict.ts'

/** What one command leads to. */
export interface CommandDecision<State> {
  readonly records: readonly OutgoingRecord[]
  /** Left out when nothing changed. */
  readonly changed?: { readonly id: string; readonly aggregate: Aggregate<State> }
  /** Set when the first of the records on the events topic answers a command for good: neither a repetition nor one that is quarantined. */
  readonly answered?: { readonly aggregateId: string; readonly commandId: string; readonly source: string }
  /** Why it is quarantined. */
  readonly parked?: { readonly code: string; readonly detail: string }
}

/**
 * One command + its aggregate → its events, or its answer when nothing changed, or a dead letter and an answer when it is rejected or
 * another command blocks the aggregate: decode → gate → decide → encode.
 * There is an answer in every case, because the answers say how far the commands were processed.
 * @param time RFC 3339
 * @param answerOf `topic/partition/offset` of the answer to a command that was answered lately; none when left out
 */
export function decideCommand<State, C extends Command, Event extends DomainEvent>(
  rules: Rules<State, C, Event>,
  find: (aggregateId: string) => Aggregate<State>,
  record: LogRecord,
  time: string,
  answerOf: (command: { readonly aggregateId: string; readonly commandId: string }) => string | undefined = () => undefined,
): CommandDecision<State> {
  const decoded = decodeCommand(rules, record, time)
  const { command } = decoded
  if (decoded.kind === 'unaddressed') return quarantined(rules.service, command, record, decoded.why)
  const id = command.envelope.aggregateId
  const answered = { aggregateId: id, commandId: command.envelope.id, source: command.source }
  const before = find(id)
  const admitted = admitCommand(before, decoded, answerOf(answered))
  const verdict = admitted.kind === 'admitted' ? askDecider(rules, before, command, admitted.data) : admitted
  const encoded = verdict.kind === 'rejected' ? verdict : encodeVerdict(rules, command, before.version, verdict)
  if ('kind' in encoded) {
    const aggregate = { ...before, quarantine: enterQuarantine(before.quarantine, command.envelope.id) }
    return { ...quarantined(rules.service, command, record, encoded), changed: { id, aggregate } }
  }
  const aggregate = afterwards(before, verdict, command.envelope.id)
  return {
    records: encoded,
    ...(aggregate !== before && { changed: { id, aggregate } }),
    ...(verdict.kind !== 'repeated' && { answered }),
  }
}

const quarantined = (service: string, command: CommandAtHand, record: LogRecord, why: Rejected) => ({
  records: encodeRejection(service, command, record, why),
  parked: { code: why.code, detail: why.detail },
})

/** The aggregate once its command has been answered: the same object when nothing changed. */
function afterwards<State>(before: Aggregate<State>, verdict: Verdict<State, DomainEvent>, commandId: string): Aggregate<State> {
  const { version } = before
  const after = verdict.kind === 'changed' ? { ...before, state: verdict.state, version: version + verdict.events.length } : before
  const quarantine = after.quarantine && leaveQuarantine(after.quarantine, commandId)
  return quarantine && quarantine !== after.quarantine ? { ...after, quarantine } : after
}
