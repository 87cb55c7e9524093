import { randomUUID } from 'node:crypto'
import type { Addressed, Command, Fact } from './decider.ts'
import { type CommandOutcome, EventLogUnavailable } from './event-sourcing/command-outcome.ts'
import type { EventSourcing } from './event-sourcing/start-event-sourcing.ts'
import { commonProblem, DomainError, type ProblemCatalogue, problems } from './problem.ts'
import { currentTrace, formatTraceparent } from './trace-context.ts'

/** What a route has to answer; a refusal is thrown instead. */
export type Accepted<Event extends Fact> = Exclude<CommandOutcome<Event>, { status: 'refused' }>

/**
 * How routes give commands.
 * @throws DomainError with the refusal's code, or UPSTREAM_UNAVAILABLE (503) when the command could not be written to the log
 */
export type Tell<C extends Command, Event extends Fact> = (addressed: Addressed<C>, terms?: Terms) => Promise<Accepted<Event>>

interface Terms {
  /** Of the whole saga; the command's own id when left out. */
  readonly correlationId?: string
  /** Refuse (`VERSION_CONFLICT`, 409) unless the aggregate has this version. */
  readonly expectedVersion?: number | undefined
}

interface TellOptions<C extends Command, Event extends Fact, Code extends string> {
  readonly submit: EventSourcing<C, Event, Code>['submit']
  /** The service's refusals. */
  readonly catalogue: ProblemCatalogue
  readonly newId?: () => string
}

/** Milliseconds that a caller waits. Then a command that is in the log is `pending`: it will be decided; any other is given up. */
const patience = 2000

const runtimeRefusals = {
  VERSION_CONFLICT: { status: 409, title: 'Somebody else changed it meanwhile. Read it again.' },
  // No 5xx: what is wrong with one aggregate must not count against a replica, whose breaker would then open for all of them.
  COMMAND_PARKED: { status: 409, title: 'This could not be decided and was put aside; it will be, once somebody has looked at it' },
} as const satisfies ProblemCatalogue

/** Gives commands their ids and the trace of the current request, and turns refusals into problems. */
export function tellThrough<C extends Command, Event extends Fact, Code extends string>(
  options: TellOptions<C, Event, Code>,
): Tell<C, Event> {
  const { submit, catalogue, newId = randomUUID } = options
  const problem = problems<ProblemCatalogue>({ ...catalogue, ...runtimeRefusals })
  return async (addressed, { correlationId, expectedVersion } = {}) => {
    const id = newId()
    const trace = currentTrace()
    const traceparent = trace && { traceparent: formatTraceparent(trace) }
    const expected = expectedVersion !== undefined && { expectedVersion }
    const ids = { id, correlationId: correlationId ?? id }
    const outcome = await submit({ ...addressed, ...ids, ...expected, ...traceparent }, patience).catch(unavailable)
    if (outcome.status === 'refused') throw problem(outcome.code, outcome.detail)
    return outcome
  }
}

function unavailable(error: unknown): never {
  if (!(error instanceof EventLogUnavailable)) throw error
  const { code, status, title } = commonProblem('UPSTREAM_UNAVAILABLE')
  throw new DomainError({ code, status, title, headers: { 'retry-after': '1' }, cause: error })
}
