import { randomUUID } from 'node:crypto'
import type { Command, CommandMessage, DomainEvent } from '../event-sourcing/decider.ts'
import { type CommandOutcome, EventLogUnavailable, type EventSourcing } from '../event-sourcing/index.ts'
import { currentTrace, formatTraceparent } from '../process/trace-context.ts'
import { commonProblem, DomainError, type ProblemCatalogue } from './problem.ts'

/** What a route has to answer; a refusal is thrown instead. */
export type Accepted<Event extends DomainEvent> = Exclude<CommandOutcome<Event>, { status: 'refused' }>

/**
 * How routes give commands.
 * @throws DomainError with the refusal's code, or UPSTREAM_UNAVAILABLE (503) when the command could not be written to the log
 */
export type SendCommand<C extends Command, Event extends DomainEvent> = (
  addressed: CommandMessage<C>,
  terms?: SendCommandOptions,
) => Promise<Accepted<Event>>

interface SendCommandOptions {
  /** Of the whole saga; the command's own id when left out. */
  readonly correlationId?: string
  /** Refuse (`VERSION_CONFLICT`, 412) unless the aggregate has one of these versions, least first. */
  readonly expectedVersions?: readonly number[] | undefined
}

interface CommandSenderOptions<C extends Command, Event extends DomainEvent, Code extends string> {
  readonly submit: EventSourcing<C, Event, Code>['submit']
  /** The service's refusals. */
  readonly catalogue: ProblemCatalogue
  readonly newId?: () => string
}

/** Milliseconds that a caller waits. Then a command that is in the log is `pending`: it will be decided; any other is given up. */
const answerTimeoutMs = 2000

const runtimeRefusals = {
  VERSION_CONFLICT: { status: 412, title: 'Somebody else changed it meanwhile. Read it again.' },
  // No 5xx: what is wrong with one aggregate must not count against a replica, whose breaker would then open for all of them.
  COMMAND_PARKED: { status: 409, title: 'This could not be decided and was put aside; it will be, once somebody has looked at it' },
} as const satisfies ProblemCatalogue

/** Of a refusal that only a newer replica knows, while an upgrade is under way: it has refused, so it is no failure of ours. */
const foreignRefusal = { status: 409, title: 'This was refused' } as const

/** No aggregate that anything has happened to has this version. */
const noVersion = 0

/** Gives commands their ids and the trace of the current request, and turns refusals into problems. */
export function commandSender<C extends Command, Event extends DomainEvent, Code extends string>(
  options: CommandSenderOptions<C, Event, Code>,
): SendCommand<C, Event> {
  const { submit, catalogue, newId = randomUUID } = options
  const known: ProblemCatalogue = { ...catalogue, ...runtimeRefusals }
  const refusal = (code: string, detail: string): DomainError =>
    new DomainError({ code, ...((Object.hasOwn(known, code) ? known[code] : undefined) ?? foreignRefusal), detail })
  return async (addressed, { correlationId, expectedVersions } = {}) => {
    const deadline = performance.now() + answerTimeoutMs
    const trace = currentTrace()
    const traceparent = trace && { traceparent: formatTraceparent(trace) }
    const submitAt = (expectedVersion: number | undefined, waitMs: number): Promise<CommandOutcome<Event, Code>> => {
      const id = newId()
      const expected = expectedVersion !== undefined && { expectedVersion }
      return submit({ ...addressed, id, correlationId: correlationId ?? id, ...expected, ...traceparent }, waitMs).catch(unavailable)
    }
    const [first, ...others] = expectedVersions?.length === 0 ? [noVersion] : (expectedVersions ?? [undefined])
    let outcome = await submitAt(first, answerTimeoutMs)
    // Versions only grow, so asked for in their order none is missed.
    for (const version of others) {
      if (outcome.status !== 'refused' || outcome.code !== 'VERSION_CONFLICT') break
      outcome = await submitAt(version, Math.max(0, deadline - performance.now()))
    }
    if (outcome.status === 'refused') throw refusal(outcome.code, outcome.detail)
    return outcome
  }
}

function unavailable(error: unknown): never {
  if (!(error instanceof EventLogUnavailable)) throw error
  const { code, status, title } = commonProblem('UPSTREAM_UNAVAILABLE')
  throw new DomainError({ code, status, title, headers: { 'retry-after': '1' }, cause: error })
}
