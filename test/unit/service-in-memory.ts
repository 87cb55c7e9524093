import { pino } from 'pino'
import type { EventSourcedService } from '../../services/shared/runtime/event-sourced-service.ts'
import {
  type Command,
  type CommandOutcome,
  type DomainEvent,
  type SubmittedCommand,
  startEventSourcing,
} from '../../services/shared/runtime/event-sourcing/index.ts'
import { commandSender } from '../../services/shared/runtime/http/send-command.ts'
import { createServer, type Server } from '../../services/shared/runtime/http/server.ts'
import type { OutgoingRecord } from '../../services/shared/runtime/kafka/event-log.ts'
import { encodeRecord } from '../../services/shared/runtime/messaging/record-codec.ts'
import { currentVersion } from '../../services/shared/runtime/messaging/schema-versions.ts'
import { eventsOf } from '../../services/shared/runtime/messaging/topic-names.ts'
import { inMemoryEventLog } from '../../services/shared/runtime/testing/in-memory-event-log.ts'

/** What happened to one aggregate before the service was started. */
export type History<Event extends DomainEvent> = readonly [aggregateId: string, ...events: Event[]]

export interface ServiceInMemory<C extends Command, Event extends DomainEvent> {
  /** Answers once the view is complete. */
  readonly app: Server
  /** Every command that a route gave. */
  readonly submitted: readonly C[]
  /** Instead of writing commands to the log: answer like this from now on. */
  answer(outcome: () => Promise<CommandOutcome<Event>>): void
}

const time = '2026-01-01T00:00:00.000Z'

/** A service as it runs, over a log in memory: for `inject`. Its clock stands still, so no deadline passes. */
export function serviceInMemory<State, C extends Command, Event extends DomainEvent, Code extends string, Subscribed extends DomainEvent>(
  definition: EventSourcedService<State, C, Event, Code, Subscribed>,
  ...histories: readonly History<NoInfer<Event>>[]
): ServiceInMemory<C, Event> {
  const { problems, routes } = definition
  const eventLog = inMemoryEventLog()
  for (const record of histories.flatMap((history) => recordsOf(definition, history))) void eventLog.produce([record])
  const logger = pino({ level: 'silent' })
  const { submit: giveToTheLog, projected, ready } = startEventSourcing({ ...definition, eventLog, logger, clock: () => new Date(time) })
  const submitted: C[] = []
  let answer: (() => Promise<CommandOutcome<Event, Code | string>>) | undefined
  const submit = async (command: SubmittedCommand<C>, waitMs: number): Promise<CommandOutcome<Event, Code | string>> => {
    submitted.push(command.command)
    return answer ? answer() : giveToTheLog(command, waitMs)
  }
  const app = createServer({ logger, ready })
  app.addHook('onReady', () => projected)
  routes?.(app, commandSender({ submit, catalogue: problems }))
  return {
    app,
    submitted,
    answer: (outcome) => {
      answer = outcome
    },
  }
}

function recordsOf<Event extends DomainEvent>(
  { service, eventVersions = {} }: { readonly service: string; readonly eventVersions?: Parameters<typeof currentVersion>[0] },
  [aggregateId, ...events]: History<Event>,
): OutgoingRecord[] {
  return events.map(({ type, data }, index) => {
    const id = `${aggregateId}-${index}`
    const envelope = { id, type, schemaVersion: currentVersion(eventVersions, type), aggregateId, version: index + 1 }
    return encodeRecord(eventsOf(service), { ...envelope, causationId: id, correlationId: id, time }, data)
  })
}
