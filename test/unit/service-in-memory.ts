import { pino } from 'pino'
import type { EventSourcedService } from '../../services/shared/runtime/event-sourced-service.ts'
import { decideCommand } from '../../services/shared/runtime/event-sourcing/decide/decide-command.ts'
import type { Command, DomainEvent } from '../../services/shared/runtime/event-sourcing/decider.ts'
import type { Aggregate } from '../../services/shared/runtime/event-sourcing/recover/partition-state.ts'
import type { CommandOutcome, SubmittedCommand } from '../../services/shared/runtime/event-sourcing/reply/command-outcome.ts'
import { replyRegistry } from '../../services/shared/runtime/event-sourcing/reply/reply-registry.ts'
import { submitCommand } from '../../services/shared/runtime/event-sourcing/reply/submit-command.ts'
import { commandSender } from '../../services/shared/runtime/http/send-command.ts'
import { createServer, type Server } from '../../services/shared/runtime/http/server.ts'
import type { OutgoingRecord } from '../../services/shared/runtime/kafka/event-log.ts'
import { dataCheck } from '../../services/shared/runtime/messaging/record-codec.ts'
import { eventsOf } from '../../services/shared/runtime/messaging/topic-names.ts'
import { toLogRecord } from '../../services/shared/runtime/testing/in-memory-event-log.ts'

export interface ServiceInMemory<C extends Command, Event extends DomainEvent> {
  readonly app: Server
  /** Every command that reached the decider. */
  readonly submitted: readonly C[]
  /** What happened before. */
  given(aggregateId: string, ...events: Event[]): void
  /** Instead of deciding: answer like this from now on. */
  answer(outcome: () => Promise<CommandOutcome<Event>>): void
}

/**
 * A service's real rules, view and routes over a log in memory: for `inject`. Commands are decided, refused or put in quarantine as by
 * the owner of a partition.
 */
export function serviceInMemory<State, C extends Command, Event extends DomainEvent, Code extends string, Subscribed extends DomainEvent>(
  definition: EventSourcedService<State, C, Event, Code, Subscribed>,
): ServiceInMemory<C, Event> {
  const { service, decider, commandSchemas, eventSchemas, eventVersions: versions = {}, problems, view, routes } = definition
  const rules = { service, decider, versions, checkCommand: dataCheck(commandSchemas), checkEvent: dataCheck(eventSchemas) }
  const replies = replyRegistry<Event, Code>(service, { check: rules.checkEvent, versions })
  const aggregates = new Map<string, Aggregate<State>>()
  const find = (aggregateId: string): Aggregate<State> => aggregates.get(aggregateId) ?? { state: decider.initial, version: 0 }
  const submitted: C[] = []
  let offset = 0
  let answer: (() => Promise<CommandOutcome<Event>>) | undefined

  const change = (aggregateId: string, aggregate: Aggregate<State>): void => {
    aggregates.set(aggregateId, aggregate)
    view?.(aggregateId, aggregate.state)
  }
  /** Takes commands, as the log does, and decides them. */
  const produce = async (commands: readonly OutgoingRecord[]): Promise<void> => {
    for (const command of commands) {
      const { records, changed } = decideCommand(rules, find, toLogRecord(command, offset), new Date().toISOString())
      offset += 1
      if (changed) change(changed.id, changed.aggregate)
      replies.see(records.filter(({ topic }) => topic === eventsOf(service)).map(toLogRecord))
    }
  }
  const options = { service, eventLog: { produce }, replies, listening: Promise.resolve(), clock: () => new Date() }
  const submit = async (command: SubmittedCommand<C>, waitMs: number): Promise<CommandOutcome<Event, Code | string>> => {
    submitted.push(command.command)
    return answer ? answer() : submitCommand(options, command, waitMs)
  }
  const app = createServer({ logger: pino({ level: 'silent' }), ready: () => ({ ready: true, waitingFor: [] }) })
  routes?.(app, commandSender({ submit, catalogue: problems }))
  return {
    app,
    submitted,
    given: (aggregateId, ...events) => {
      const { state, version } = find(aggregateId)
      change(aggregateId, { state: events.reduce(decider.evolve, state), version: version + events.length })
    },
    answer: (outcome) => {
      answer = outcome
    },
  }
}
