import type { LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import type { RecordedEvent } from '../../../services/shared/runtime/kafka/record.ts'
import { answerOf } from '../audit/answer.ts'
import { isUnreadable, place, toCurrentEvent, type Unreadable } from '../log/current-event.ts'
import type { ServiceRules } from '../rules.ts'
import { type Cause, causesOfCommands } from './causes-of-commands.ts'
import { tellEvent } from './tell-event.ts'

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
  /** The command behind it, and the event that the command reacts to or the timer that gave it; undefined when somebody outside did. */
  readonly because: { readonly command: string; readonly event: string | 'timer' } | undefined
  readonly text: string
  /** `topic/partition/offset` */
  readonly place: string
  readonly data: unknown
}

/** Records of one saga, dead letters included → what happened, in the order in which it did. */
export function toTimeline(rules: Readonly<Record<string, ServiceRules>>, records: readonly LogRecord[]): TimelineEntry[] {
  const read = records.map((record) => ({ record, service: serviceOf(record), event: toCurrentEvent(record) }))
  const events = read.flatMap(({ record, service, event }) =>
    isLetter(record) || isUnreadable(event) || event.envelope.version === 0 ? [] : [{ ...event, service }],
  )
  const causes = causesOfCommands(rules, events)
  return read
    .map(({ record, service, event }) => (isLetter(record) ? letterEntry(record, service, causes) : entry(record, service, event, causes)))
    .sort((one, other) => Date.parse(one.time) - Date.parse(other.time))
}

const serviceOf = ({ topic }: LogRecord): string => topic.slice(0, topic.lastIndexOf('.'))
const isLetter = ({ headers }: LogRecord): boolean => headers['dlq.code'] !== undefined
const becauseOf = (cause: Cause | undefined) => cause && { command: cause.command, event: cause.event ?? 'timer' }

function letterEntry(record: LogRecord, service: string, causes: ReadonlyMap<string, Cause>): TimelineEntry {
  const header = (name: string) => record.headers[name]?.toString() ?? ''
  return {
    kind: 'letter',
    time: header('dlq.time'),
    service,
    id: header('id'),
    type: header('type'),
    aggregateId: record.key?.toString() ?? '',
    version: 0,
    because: becauseOf(causes.get(header('id'))),
    text: `put aside: ${header('dlq.code')} ${header('dlq.detail')}`,
    place: place(record),
    data: record.value?.toString(),
  }
}

function entry(record: LogRecord, service: string, event: RecordedEvent | Unreadable, causes: ReadonlyMap<string, Cause>): TimelineEntry {
  const header = (name: string) => record.headers[name]?.toString() ?? ''
  const about = {
    service,
    id: header('id'),
    type: header('type'),
    aggregateId: record.key?.toString() ?? '',
    because: becauseOf(causes.get(header('causationId'))),
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
    : tellEvent(envelope.type, data)
  return { ...about, kind: answer ? 'answer' : 'event', time: envelope.time, version: envelope.version, text, data }
}
