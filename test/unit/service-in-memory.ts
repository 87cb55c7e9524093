import { pino } from 'pino'
import { type Command, type Fact, isRefused } from '../../services/shared/runtime/decider.ts'
import type { EventSourcedService } from '../../services/shared/runtime/event-sourced-service.ts'
import type { CommandOutcome, SubmittedCommand } from '../../services/shared/runtime/event-sourcing/command-outcome.ts'
import { createServer, type Server } from '../../services/shared/runtime/server.ts'
import { tellThrough } from '../../services/shared/runtime/tell.ts'

export interface ServiceInMemory<C extends Command, Event extends Fact> {
  readonly app: Server
  /** Every command that reached the decider. */
  readonly submitted: readonly C[]
  /** What happened before. */
  given(aggregateId: string, ...events: Event[]): void
  /** Instead of deciding: answer like this from now on. */
  answer(outcome: () => Promise<CommandOutcome<Event>>): void
}

/** A service's real rules, view and routes over a log in memory: for `inject`. */
export function serviceInMemory<State, C extends Command, Event extends Fact, Code extends string, Heard extends Fact>(
  service: EventSourcedService<State, C, Event, Code, Heard>,
): ServiceInMemory<C, Event> {
  const { decider, problems, show, routes } = service
  const states = new Map<string, State>()
  const versions = new Map<string, number>()
  const submitted: C[] = []
  const stateOf = (aggregateId: string): State => states.get(aggregateId) ?? decider.initial
  const versionOf = (aggregateId: string): number => versions.get(aggregateId) ?? 0
  let answer: (() => Promise<CommandOutcome<Event>>) | undefined

  const happen = (aggregateId: string, events: readonly Event[]): void => {
    states.set(aggregateId, events.reduce(decider.evolve, stateOf(aggregateId)))
    versions.set(aggregateId, versionOf(aggregateId) + events.length)
    show?.(aggregateId, stateOf(aggregateId))
  }
  const decide = (aggregateId: string, command: C): CommandOutcome<Event> => {
    const decision = decider.decide(command, stateOf(aggregateId))
    if (isRefused(decision)) return { status: 'refused', code: decision.refused, detail: decision.detail }
    happen(aggregateId, decision)
    const version = versionOf(aggregateId)
    return decision.length > 0 ? { status: 'changed', events: decision, version } : { status: 'unchanged', version }
  }
  const submit = async ({ aggregateId, command, expectedVersion }: SubmittedCommand<C>): Promise<CommandOutcome<Event>> => {
    submitted.push(command)
    if (answer) return answer()
    if (expectedVersion !== undefined && expectedVersion !== versionOf(aggregateId)) {
      return { status: 'refused', code: 'VERSION_CONFLICT', detail: `version ${versionOf(aggregateId)}` }
    }
    return decide(aggregateId, command)
  }
  const app = createServer({ logger: pino({ level: 'silent' }), ready: () => ({ ready: true, waitingFor: [] }) })
  routes?.(app, tellThrough({ submit, catalogue: problems }))
  return {
    app,
    submitted,
    given: (aggregateId, ...events) => happen(aggregateId, events),
    answer: (outcome) => {
      answer = outcome
    },
  }
}
