import type { Command, CommandMessage, Decider, DomainEvent } from '../../services/shared/runtime/event-sourcing/decider.ts'
import { type EventSourcedName, type ShopSettings, shop } from '../../services/shop.ts'

/** One service's rules, whatever its state and commands are: the log says which belong together. */
export interface ServiceRules {
  readonly decider: Decider<unknown, Command, DomainEvent>
  readonly reactions: Readonly<Record<string, ((data: unknown) => readonly CommandMessage[]) | undefined>>
  /** Services whose events it reads. */
  readonly subscribesTo: readonly string[]
}

/** A definition whose types are put aside: a record of a service's topic holds that service's command or event. */
interface Definition {
  readonly decider: unknown
  readonly reactions?: unknown
  readonly subscribesTo?: readonly string[]
}

/** @param settings as the shop under examination has them: a log that was decided by others does not hold against these rules */
export function shopRules(settings: ShopSettings = {}): Readonly<Record<EventSourcedName, ServiceRules>> {
  const rules = Object.entries<Definition>(shop(settings)).map(([name, { decider, reactions = {}, subscribesTo = [] }]) => [
    name,
    { decider, reactions, subscribesTo },
  ])
  return Object.fromEntries(rules)
}
