import { type Command, type CommandMessage, type DomainEvent, isRefused } from '../../../services/shared/runtime/event-sourcing/decider.ts'
import type { ServiceRules } from '../rules.ts'
import type { SagaStep } from './saga-step.ts'

/** What has been met of one aggregate: every command is decided in every state. */
interface Explored {
  readonly service: string
  readonly id: string
  readonly states: unknown[]
  readonly commands: Command[]
}

interface Effects {
  readonly because: Set<string>
  readonly causes: Set<string>
  readonly refusals: Set<string>
}

/**
 * Requests + rules → the whole choreography, by living through it: every command that comes up is decided in every state that comes up, and
 * every event reaches whoever subscribes to its publisher, until nothing new comes up. So it shows what the rules do, not what was drawn once.
 * It also tries commands in states that the order of messages keeps apart: nothing that can happen is missing, some refusals may never happen.
 * @throws Error when there is no end of new states: a request that counts something up would cause it
 */
export function exploreSaga(
  rules: Readonly<Record<string, ServiceRules>>,
  requests: readonly (readonly [string, CommandMessage])[],
): SagaStep[] {
  const steps = new Map<string, Effects & { readonly service: string; readonly command: string }>()
  const aggregates = new Map<string, Explored>()
  const met = new Set<string>()
  let pending: (() => void)[] = []

  /** Once for the same text. */
  const isNew = (...what: unknown[]): boolean => {
    const text = JSON.stringify(what)
    if (met.has(text)) return false
    if (met.size > 100_000) throw new Error('the choreography does not come to an end: more than 100 000 different situations')
    met.add(text)
    return true
  }

  function sendCommand(service: string, { aggregateId: id, command }: CommandMessage, cause: string): void {
    const name = `${service} ${command.type}`
    const step = steps.get(name) ?? { service, command: command.type, because: new Set(), causes: new Set(), refusals: new Set() }
    steps.set(name, step)
    step.because.add(cause)
    const explored = aggregateOf(service, id)
    if (!isNew('command', service, id, command)) return
    explored.commands.push(command)
    for (const state of explored.states) pending.push(() => decide(explored, command, state))
  }

  function aggregateOf(service: string, id: string): Explored {
    const known = aggregates.get(`${service} ${id}`)
    if (known) return known
    const explored: Explored = { service, id, states: [], commands: [] }
    aggregates.set(`${service} ${id}`, explored)
    enter(explored, rules[service]?.decider.initial)
    return explored
  }

  function enter(explored: Explored, state: unknown): void {
    const { service, id, states, commands } = explored
    if (!isNew('state', service, id, state)) return
    states.push(state)
    for (const command of commands) pending.push(() => decide(explored, command, state))
    const timer = rules[service]?.decider.deadline?.(state)
    if (timer) sendCommand(service, { aggregateId: id, command: timer.command }, 'timer')
  }

  function decide(explored: Explored, command: Command, state: unknown): void {
    const { service } = explored
    const decider = rules[service]?.decider
    const step = steps.get(`${service} ${command.type}`)
    const decision = decider?.decide(command, state)
    if (!decider || !step || !decision) return
    if (isRefused(decision)) {
      step.refusals.add(decision.refused)
      return
    }
    for (const event of decision) {
      step.causes.add(event.type)
      hear(service, event)
    }
    enter(explored, decision.reduce(decider.evolve, state))
  }

  function hear(publisher: string, event: DomainEvent): void {
    if (!isNew('event', event)) return
    for (const [service, { subscribesTo, reactions }] of Object.entries(rules)) {
      if (!subscribesTo.includes(publisher)) continue
      for (const addressed of reactions[event.type]?.(event.data) ?? []) sendCommand(service, addressed, event.type)
    }
  }

  for (const [service, addressed] of requests) sendCommand(service, addressed, 'request')
  while (pending.length > 0) {
    const now = pending
    pending = []
    for (const run of now) run()
  }
  return [...steps.values()].map(({ service, command, because, causes, refusals }) => ({
    service,
    command,
    because: [...because].sort(),
    causes: [...causes].sort(),
    refusals: [...refusals].sort(),
  }))
}
