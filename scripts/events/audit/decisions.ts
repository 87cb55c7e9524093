import { type DomainEvent, isRefused } from '../../../services/shared/runtime/event-sourcing/decider.ts'
import { eventParkedCode } from '../../../services/shared/runtime/event-sourcing/index.ts'
import type { RecordedEvent } from '../../../services/shared/runtime/messaging/record-codec.ts'
import { isUnreadable } from '../log/current-event.ts'
import type { ServiceRules } from '../rules.ts'
import { answerOf } from './answer.ts'
import { type Examiner, faults } from './examiner.ts'
import type { Step } from './step.ts'

/** Codes of answers that no decider gives: the version was another one, or the command lies in the dead letters or was given up there. */
export const runtimeCodes = ['VERSION_CONFLICT', 'COMMAND_PARKED', 'COMMAND_DISCARDED', eventParkedCode]

/**
 * Decides every command again over the state that the log had reached, and compares: an outcome that is only half there (torn), that
 * comes from a state that never was, or that nobody decided, differs. Commands that have expired from their topic are taken as they are.
 * Memory: the state of every aggregate, as in the services.
 */
export function examineDecisions(rules: Readonly<Record<string, ServiceRules>>): Examiner {
  const torn = faults('outcomes that differ from what the rules decide (torn or invented)')
  const aggregates = new Map<string, unknown>()
  /** Commands that were put aside and may come again: of those the runtime itself knows some to be done. */
  const parked = new Set<string>()

  const compare = ({ service, command, source }: Step, outcome: readonly RecordedEvent[], before: unknown): void => {
    const decider = rules[service]?.decider
    if (!decider || command === undefined || 'failure' in command || isByRuntime(outcome)) return
    if (outcome.length === 1 && parked.has(command.envelope.id) && outcome.some((event) => answerOf(event)?.outcome === 'unchanged')) return
    const expected = decide(() => decider.decide({ type: command.envelope.type, data: command.data }, before), service)
    const found = outcome.map(({ envelope, data }) => describe(service, { type: envelope.type, data }))
    if (JSON.stringify(found) !== JSON.stringify(expected))
      torn.add(`${source} ${command.envelope.type}: ${found.map(shorten)} instead of ${expected.map(shorten)}`)
  }

  return {
    step: (step) => {
      const decider = rules[step.service]?.decider
      const outcome = step.outcome.filter((event): event is RecordedEvent => !isUnreadable(event))
      const [first] = outcome
      if (!decider || !first) return
      const name = `${step.service} ${first.envelope.aggregateId}`
      const before = aggregates.has(name) ? aggregates.get(name) : decider.initial
      if (answerOf(first)?.code === 'COMMAND_PARKED') parked.add(first.envelope.causationId)
      compare(step, outcome, before)
      const changes = outcome.filter(({ envelope }) => envelope.version > 0)
      const fold = (state: unknown, { envelope: { type }, data }: RecordedEvent) => foldOrKeep(decider, state, { type, data })
      if (changes.length > 0) aggregates.set(name, changes.reduce(fold, before))
    },
    checks: () => [torn.check()],
  }
}

const isByRuntime = (outcome: readonly RecordedEvent[]): boolean =>
  outcome.some((event) => runtimeCodes.includes(answerOf(event)?.code ?? ''))

/** What the outcome must be, one text for each record. */
function decide(decision: () => ReturnType<ServiceRules['decider']['decide']>, service: string): string[] {
  try {
    const decided = decision()
    if (isRefused(decided)) return [`refused ${decided.refused}`]
    return decided.length === 0 ? ['unchanged'] : decided.map((event) => describe(service, event))
  } catch (error) {
    return [`thrown: ${error instanceof Error ? error.message : String(error)}`]
  }
}

function describe(service: string, { type, data }: DomainEvent): string {
  if (type !== `${service}.CommandAnswered`) return `${type} ${JSON.stringify(sorted(data))}`
  const { outcome, code } = data as { outcome: string; code?: string }
  return outcome === 'refused' ? `refused ${code}` : outcome
}

/** Keys in order, as data from JSON and data from a decider have them in any. */
const sorted = (data: unknown): unknown =>
  Array.isArray(data)
    ? data.map(sorted)
    : typeof data === 'object' && data !== null
      ? Object.fromEntries(
          Object.entries(data)
            .filter(([, value]) => value !== undefined)
            .sort(([one], [other]) => (one < other ? -1 : 1))
            .map(([key, value]) => [key, sorted(value)]),
        )
      : data

/** An event that cannot be folded shows in the decisions behind it. */
const foldOrKeep = (decider: ServiceRules['decider'], state: unknown, event: DomainEvent): unknown => {
  try {
    return decider.evolve(state, event)
  } catch {
    return state
  }
}

const shorten = (text: string): string => (text.length > 120 ? `${text.slice(0, 120)}…` : text)
