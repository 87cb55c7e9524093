import type { EventSourcedName } from '../../../../scripts/events/rules.ts'
import { shopRules } from '../../../../scripts/events/rules.ts'
import { commandsTopic, eventsTopic } from '../../../../services/shared/contracts/topology.ts'
import type { Addressed } from '../../../../services/shared/runtime/decider.ts'
import { isRefused } from '../../../../services/shared/runtime/decider.ts'
import { deriveId } from '../../../../services/shared/runtime/event-sourcing/derive-id.ts'
import type { LogRecord, OutgoingRecord } from '../../../../services/shared/runtime/kafka/event-log.ts'
import { encodeRecord } from '../../../../services/shared/runtime/kafka/record.ts'

const time = '2026-01-02T03:04:05.000Z'
const rules = shopRules()
const names = Object.keys(rules) as EventSourcedName[]

/** A command that came from outside. */
export interface Given extends Addressed {
  readonly service: EventSourcedName
  readonly id: string
}

/** What a shop that works writes when it is given commands, with one partition a topic: the true log that tests then falsify. */
export function writtenLog(given: readonly Given[]): LogRecord[] {
  const log: LogRecord[] = []
  const states = new Map<string, { state: unknown; version: number }>()
  const append = ({ topic, key, value, headers }: OutgoingRecord): LogRecord => {
    const record: LogRecord = {
      topic,
      partition: 0,
      offset: log.filter((one) => one.topic === topic).length,
      key: Buffer.from(key ?? ''),
      value: Buffer.from(value ?? ''),
      headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
    }
    log.push(record)
    return record
  }
  const tell = (
    service: EventSourcedName,
    { aggregateId, command }: Addressed,
    ids: { id: string; causationId: string; correlationId: string },
  ) => {
    const envelope = { ...ids, type: command.type, schemaVersion: 1, aggregateId, version: 0, time }
    const { offset } = append(encodeRecord(commandsTopic(service), envelope, command.data))
    decide(service, { aggregateId, command }, { ...ids, source: `${commandsTopic(service)}/0/${offset}` })
  }
  const decide = (
    service: EventSourcedName,
    { aggregateId, command }: Addressed,
    ids: { id: string; correlationId: string; source: string },
  ) => {
    const { decider } = rules[service]
    const name = `${service} ${aggregateId}`
    const before = states.get(name) ?? { state: decider.initial, version: 0 }
    const decision = decider.decide(command, before.state)
    const { id: causationId, correlationId, source } = ids
    const about = { schemaVersion: 1, aggregateId, causationId, correlationId, source, time }
    if (isRefused(decision) || decision.length === 0) {
      const outcome = isRefused(decision)
        ? { outcome: 'refused', code: decision.refused, detail: decision.detail }
        : { outcome: 'unchanged' }
      const answer = { ...about, id: deriveId(causationId, 'answer', source), type: `${service}.CommandAnswered`, version: 0 }
      append(encodeRecord(eventsTopic(service), answer, { commandId: causationId, commandType: command.type, ...outcome }))
      return
    }
    states.set(name, { state: decision.reduce(decider.evolve, before.state), version: before.version + decision.length })
    const written = decision.map((event, index) => {
      const schemaVersion = event.type === 'orders.OrderPlaced' ? 2 : 1
      const envelope = {
        ...about,
        schemaVersion,
        id: deriveId(causationId, String(index)),
        type: event.type,
        version: before.version + index + 1,
      }
      append(encodeRecord(eventsTopic(service), envelope, event.data))
      return { envelope, event }
    })
    for (const { envelope, event } of written) {
      for (const listener of names.filter((one) => rules[one].hears.includes(service))) {
        for (const addressed of rules[listener].reactions[event.type]?.(event.data) ?? [])
          tell(listener, addressed, {
            id: deriveId(envelope.id, addressed.aggregateId, addressed.command.type),
            causationId: envelope.id,
            correlationId,
          })
      }
    }
  }
  for (const { service, id, ...addressed } of given) tell(service, addressed, { id, causationId: id, correlationId: id })
  return log
}
