import { Compile } from 'typebox/compile'
import { CommandAnswered, commandAnsweredType } from '../../../contracts/command-answered.ts'
import type { LogRecord } from '../../kafka/event-log.ts'
import { currentEvent, type EventReading } from '../../messaging/decode-event.ts'
import { decodeRecord, isDecodeFailure, type RecordedEvent } from '../../messaging/record-codec.ts'
import type { DomainEvent } from '../decider.ts'
import type { CommandOutcome } from './command-outcome.ts'

const answerSchema = Compile(CommandAnswered)

type Reply<Event extends DomainEvent, Code extends string> = Exclude<CommandOutcome<Event, Code>, { status: 'pending' }>

const decodable = (records: readonly LogRecord[]): RecordedEvent[] =>
  records.map(decodeRecord).filter((event): event is RecordedEvent => !isDecodeFailure(event))

/** Callers that wait for what becomes of their commands, whichever replica decides them. */
export interface ReplyRegistry<Event extends DomainEvent, Code extends string> {
  /** Resolves with the first answer that is seen after the call. `forget` when it is no longer waited for. */
  expect(commandId: string): { readonly answer: Promise<Reply<Event, Code>>; forget(): void }
  /** Records of own events as they are read. All that answer one command are in one call: they are written as one batch. */
  see(records: readonly LogRecord[]): void
}

/**
 * @param recall the records that answered a command before, from the first of them on (`topic/partition/offset`); none when they cannot be read
 */
export function replyRegistry<Event extends DomainEvent, Code extends string>(
  service: string,
  reading: EventReading,
  recall: (answer: string) => Promise<readonly LogRecord[]>,
): ReplyRegistry<Event, Code> {
  const waiting = new Map<string, Set<(answer: Reply<Event, Code>) => void>>()

  /** Where the answer lies that a record stands for. */
  const repeatedAnswer = (recorded: readonly RecordedEvent[]): string | undefined => {
    const answer = recorded.find(({ envelope }) => envelope.type === commandAnsweredType(service))
    return answer && answerSchema.Check(answer.data) ? answer.data.repeats : undefined
  }

  const toReply = (recorded: readonly RecordedEvent[]): Reply<Event, Code> | undefined => {
    const refusal = recorded.find(({ envelope }) => envelope.type === commandAnsweredType(service))
    if (refusal && answerSchema.Check(refusal.data)) {
      const { outcome, code = '', detail = '', aggregateVersion: version } = refusal.data
      if (outcome === 'unchanged') return { status: 'unchanged', ...(version !== undefined && { version }) }
      // Codes come from the decider that this service is made with.
      return { status: 'refused', code: code as Code, detail }
    }
    const fitting = recorded.map((event) => currentEvent(reading, event)).filter((event): event is RecordedEvent => !isDecodeFailure(event))
    if (fitting.length === 0) return undefined
    const events = fitting.map(({ envelope, data }) => ({ type: envelope.type, data }) as unknown as Event)
    return { status: 'changed', events, version: Math.max(...fitting.map(({ envelope }) => envelope.version)) }
  }

  /** The answer to a command that came again is that of the first time. Who can no longer wait for it forgets. */
  const repeat = async (callers: Iterable<(answer: Reply<Event, Code>) => void>, commandId: string, answer: string): Promise<void> => {
    const records = await recall(answer)
    const answering = decodable(records).filter(({ envelope }) => envelope.causationId === commandId)
    const reply = toReply(answering)
    if (reply) for (const resolve of callers) resolve(reply)
  }

  return {
    expect: (commandId) => {
      const { promise: answer, resolve } = Promise.withResolvers<Reply<Event, Code>>()
      const others = waiting.get(commandId) ?? new Set()
      waiting.set(commandId, others.add(resolve))
      return {
        answer,
        forget: () => {
          others.delete(resolve)
          if (others.size === 0 && waiting.get(commandId) === others) waiting.delete(commandId)
        },
      }
    },
    see: (records) => {
      if (waiting.size === 0) return
      for (const [commandId, answering] of Map.groupBy(decodable(records), ({ envelope }) => envelope.causationId)) {
        const callers = waiting.get(commandId)
        if (!callers) continue
        const earlier = repeatedAnswer(answering)
        if (earlier !== undefined) {
          waiting.delete(commandId)
          void repeat(callers, commandId, earlier).catch(() => undefined)
          continue
        }
        const answer = toReply(answering)
        if (!answer) continue
        waiting.delete(commandId)
        for (const resolve of callers) resolve(answer)
      }
    },
  }
}
