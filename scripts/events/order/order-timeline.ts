import type { LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import type { RecordedEvent } from '../../../services/shared/runtime/messaging/record-codec.ts'
import { answerOf } from '../audit/answer.ts'
import { isUnreadable, place, toCurrentEvent, type Unreadable } from '../log/current-event.ts'
import type { ServiceRules } from '../rules.ts'
import { type Cause, causesOfCommands } from './causes-of-commands.ts'
import { describeEvent } from './describe-event.ts'

/** Stands for an event that is not in the log, and for a command that is not there any more. */
export const unknownCause = 'unknown'

/** A command, and the event that it reacts to or the timer that gave it. */
export interface Because {
  readonly command: string
  readonly event: string | 'timer' | typeof unknownCause
}

/** One thing that happened to an order, wherever it was written. */
export interface TimelineEntry {
  /** `answer`: to a command that changed nothing. `letter`: a record that was put aside. */
  readonly kind: 'event' | 'answer' | 'letter' | 'unreadable'
  /** RFC 3339. */
  readonly time: string
  readonly service: string
  /** Of the event. */
  readonly id: string
  readonly type: string
  readonly aggregateId: string
  /** 0 for what changed nothing. */
  readonly version: number
  /** What led to it; undefined when somebody outside asked for it. */
  readonly because: Because | undefined
  readonly text: string
  /** `topic/partition/offset` */
  readonly place: string
  readonly data: unknown
}

/**
 * Records of one saga, dead letters included → what happened, in the order in which it did.
 * @param commands by place, of those that `placesOfUnexplained` names what is still there
 */
export function toTimeline(
  rules: Readonly<Record<string, ServiceRules>>,
  records: readonly LogRecord[],
  commands: ReadonlyMap<string, LogRecord>,
): TimelineEntry[] {
  const causes = causesIn(rules, records)
  return records
    .map((record) => {
      const because = becauseOf(record, causes, commands)
      return isLetter(record) ? letterEntry(record, because) : entry(record, toCurrentEvent(record), because)
    })
    .sort((one, other) => Date.parse(one.time) - Date.parse(other.time))
}

const serviceOf = ({ topic }: LogRecord): string => topic.slice(0, topic.lastIndexOf('.'))
const isLetter = ({ headers }: LogRecord): boolean => headers['dlq.code'] !== undefined

const causesIn = (rules: Readonly<Record<string, ServiceRules>>, records: readonly LogRecord[]): ReadonlyMap<string, Cause> =>
  causesOfCommands(
    rules,
    records.flatMap((record) => {
      const event = toCurrentEvent(record)
      return isLetter(record) || isUnreadable(event) || event.envelope.version === 0 ? [] : [{ ...event, service: serviceOf(record) }]
    }),
  )

/** Places of the commands that no event and no timer of the saga led to: only they themselves say who gave them. */
export function placesOfUnexplained(rules: Readonly<Record<string, ServiceRules>>, records: readonly LogRecord[]): string[] {
  const causes = causesIn(rules, records)
  return records.flatMap((record) => {
    const source = record.headers.source?.toString()
    return source === undefined || causes.has(commandIdOf(record)) ? [] : [source]
  })
}

/** The command that a record answers; a letter may be a command itself. */
const commandIdOf = ({ headers }: LogRecord): string => (headers.source ? headers.causationId : headers.id)?.toString() ?? ''

function becauseOf(record: LogRecord, causes: ReadonlyMap<string, Cause>, commands: ReadonlyMap<string, LogRecord>): Because | undefined {
  const id = commandIdOf(record)
  const cause = causes.get(id)
  if (cause) return { command: cause.command, event: cause.event ?? 'timer' }
  const { source } = record.headers
  const command = source ? commands.get(source.toString()) : record
  // Of a topic that was made anew, another command may lie in the same place.
  if (command?.headers.id?.toString() !== id) return isRandom(id) ? undefined : { command: unknownCause, event: unknownCause }
  // A command that somebody outside gave is its own cause.
  if (command.headers.causationId?.toString() === id) return undefined
  return { command: command.headers.type?.toString() ?? unknownCause, event: unknownCause }
}

/** Services draw the ids of requests, and derive those of all other commands. */
const isRandom = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)

function letterEntry(record: LogRecord, because: Because | undefined): TimelineEntry {
  const header = (name: string) => record.headers[name]?.toString() ?? ''
  return {
    kind: 'letter',
    time: header('dlq.time'),
    service: serviceOf(record),
    id: header('id'),
    type: header('type'),
    aggregateId: record.key?.toString() ?? '',
    version: 0,
    because,
    text: `put aside: ${header('dlq.code')} ${header('dlq.detail')}`,
    place: place(record),
    data: record.value?.toString(),
  }
}

function entry(record: LogRecord, event: RecordedEvent | Unreadable, because: Because | undefined): TimelineEntry {
  const header = (name: string) => record.headers[name]?.toString() ?? ''
  const about = {
    service: serviceOf(record),
    id: header('id'),
    type: header('type'),
    aggregateId: record.key?.toString() ?? '',
    because,
    place: place(record),
  }
  if (isUnreadable(event)) {
    const text = event.unreadable
    return { ...about, kind: 'unreadable', time: header('time'), version: 0, text, data: record.value?.toString() }
  }
  const { envelope, data } = event
  const answer = answerOf(event)
  const text = answer
    ? `${answer.commandType}: ${[answer.outcome, answer.code, answer.detail].filter(Boolean).join(' ')}`
    : describeEvent(envelope.type, data)
  return { ...about, kind: answer ? 'answer' : 'event', time: envelope.time, version: envelope.version, text, data }
}
