import type { LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { isUnreadable, toCurrentEvent } from '../../events/log/current-event.ts'
import { reactionsTo } from '../../events/reactions-to.ts'
import type { ServiceRules } from '../../events/rules.ts'
import type { Waiting } from './story.ts'

/** Records of one saga → the commands that its events lead to and that have no outcome yet, the one that has waited longest first. */
export function waitingOf(rules: Readonly<Record<string, ServiceRules>>, records: readonly LogRecord[]): Waiting[] {
  const answered = new Set(records.map(({ headers }) => headers.causationId?.toString()))
  return records
    .flatMap((record): Waiting[] => {
      const event = toCurrentEvent(record)
      if (isUnreadable(event) || event.envelope.version === 0 || record.headers['dlq.code'] !== undefined) return []
      const { id, type, time } = event.envelope
      const publisher = record.topic.slice(0, record.topic.lastIndexOf('.'))
      return reactionsTo(rules, { publisher, id, type, data: event.data })
        .filter((reaction) => !answered.has(reaction.id))
        .map(({ service, command }) => ({ service, command: command.type, sinceMs: Date.parse(time) }))
    })
    .sort((one, other) => one.sinceMs - other.sinceMs)
}
