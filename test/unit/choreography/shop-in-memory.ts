import { inventoryCommands } from '../../../services/inventory/decider/commands.ts'
import { inventoryDecider } from '../../../services/inventory/decider/decider.ts'
import { reactions as inventoryReactions } from '../../../services/inventory/reactions.ts'
import { notificationsCommands } from '../../../services/notifications/decider/commands.ts'
import { notificationsDecider } from '../../../services/notifications/decider/decider.ts'
import { reactions as notificationsReactions } from '../../../services/notifications/reactions.ts'
import { ordersCommands } from '../../../services/orders/decider/commands.ts'
import { ordersDecider } from '../../../services/orders/decider/decider.ts'
import { reactions as ordersReactions } from '../../../services/orders/reactions.ts'
import { paymentsCommands } from '../../../services/payments/decider/commands.ts'
import { paymentsDecider } from '../../../services/payments/decider/decider.ts'
import { reactions as paymentsReactions } from '../../../services/payments/reactions.ts'
import { workload } from '../../../services/shared/contracts/topology.ts'
import { scheduledCommand } from '../../../services/shared/runtime/event-sourcing/deadlines/scheduled-command.ts'
import type { ScheduledCommand } from '../../../services/shared/runtime/event-sourcing/deadlines/scheduler.ts'
import {
  type Command,
  type CommandMessage,
  type Deadline,
  type Decider,
  type DomainEvent,
  isRefused,
} from '../../../services/shared/runtime/event-sourcing/decider.ts'
import { admission, enterQuarantine, leaveQuarantine } from '../../../services/shared/runtime/event-sourcing/quarantine/quarantine.ts'
import type { Aggregate } from '../../../services/shared/runtime/event-sourcing/recover/partition-state.ts'
import type { OutgoingRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { dataCheck } from '../../../services/shared/runtime/messaging/record-codec.ts'
import { shippingCommands } from '../../../services/shipping/decider/commands.ts'
import { shippingDecider } from '../../../services/shipping/decider/decider.ts'
import { reactions as shippingReactions } from '../../../services/shipping/reactions.ts'

/** Cents that every customer may use. */
export const creditLimit = 500_00

/** The real rules of the saga's services. */
export const deciders = {
  orders: ordersDecider,
  inventory: inventoryDecider,
  payments: paymentsDecider(creditLimit),
  shipping: shippingDecider,
  notifications: notificationsDecider,
}

const reactions = {
  orders: ordersReactions,
  inventory: inventoryReactions,
  payments: paymentsReactions,
  shipping: shippingReactions,
  notifications: notificationsReactions,
}

const commandChecks = {
  orders: dataCheck(ordersCommands),
  inventory: dataCheck(inventoryCommands),
  payments: dataCheck(paymentsCommands),
  shipping: dataCheck(shippingCommands),
  notifications: dataCheck(notificationsCommands),
}

export type Deciders = typeof deciders
export type Service = keyof Deciders
export type StateOf<S extends Service> = Deciders[S]['initial']
export const services = Object.keys(deciders) as Service[]

type AnyTable = Readonly<Record<string, ((data: unknown) => readonly CommandMessage[]) | undefined>>
type AnyDecider = Decider<unknown, Command, DomainEvent>

/** One thing that can happen next. */
export interface Step {
  readonly name: string
  run(): void
}

/** `<service>.commands` or `<service>.events`: an order per key, none between keys. */
class Topic<Message> {
  readonly keys = new Map<string, Message[]>()
  append(key: string, message: Message): void {
    this.keys.set(key, [...(this.keys.get(key) ?? []), message])
  }
}

interface SentCommand {
  readonly id: string
  readonly command: Command
  /** It is not to be decided, but given up: `redrive.discard`. */
  readonly givenUp?: true
}

interface SentEvent {
  readonly id: string
  readonly event: DomainEvent
}

/** More than any test takes: who gets here goes round in circles. */
const maxSteps = 20_000

/**
 * The saga's services over an in-memory bus with Kafka's promises: per topic and key messages keep their order, and nothing else is
 * promised. Commands go into quarantine and timers are armed by the runtime's own rules.
 * The caller chooses which of the possible steps is next; `rewind` hands the last events to a service again.
 */
export class ShopInMemory {
  /** `orders PlaceOrder: OrderPlaced`, one line for each command decided. */
  readonly log: string[] = []
  readonly events: DomainEvent[] = []
  readonly #deciders: Deciders
  readonly #commands = new Map(services.map((name) => [name, new Topic<SentCommand>()]))
  readonly #events = new Map(services.map((name) => [name, new Topic<SentEvent>()]))
  readonly #aggregates = new Map<string, Aggregate<unknown>>()
  readonly #positions = new Map<string, number>()
  /** `service key` → id of the command that the present owner wrote when its timer fired. */
  readonly #fired = new Map<string, string>()
  /** Services whose timers are due by now. */
  readonly #late = new Set<Service>()
  #sent = 0

  constructor(rules: Deciders = deciders) {
    this.#deciders = rules
  }

  /** Puts a command into the service's topic; it is decided in a later step. @returns its id */
  send(service: Service, { aggregateId, command }: CommandMessage, id = `sent-${++this.#sent}`): string {
    this.#commands.get(service)?.append(aggregateId, { id, command })
    return id
  }

  /** Gives up a command that is in quarantine. */
  discard(service: Service, aggregateId: string, id: string): void {
    this.#commands.get(service)?.append(aggregateId, { id, command: { type: 'Discard', data: undefined }, givenUp: true })
  }

  /** Ids of the commands of one aggregate that are in quarantine. */
  waiting(service: Service, key: string): readonly string[] {
    return this.#aggregate(service, key).quarantine?.waiting.toArray() ?? []
  }

  /** What can happen now, in a fixed order: a command is decided, an event is heard, or a timer fires whose time has passed. */
  steps(): Step[] {
    return services.flatMap((service) => [
      ...this.#next(`decide ${service}`, this.#commands.get(service), (key, command) => this.#decide(service, key, command)),
      ...this.#heard(service).flatMap((publisher) =>
        this.#next(`${service} hears ${publisher}`, this.#events.get(publisher), (_key, event) => this.#react(service, event)),
      ),
      ...(this.#late.has(service) ? this.#dueTimers(service) : []),
    ])
  }

  /** Runs steps until nothing is left to do. @throws when there is no end of it */
  run(choose: (steps: readonly Step[]) => Step | undefined = (steps) => steps[0]): void {
    let count = 0
    for (let step = choose(this.steps()); step; step = choose(this.steps())) {
      count += 1
      if (count > maxSteps) throw new Error(`no end of steps; the last is ${step.name}`)
      step.run()
    }
  }

  /** At-least-once: `service` forgets how far it has read the events of one key of `publisher`. */
  rewind(service: Service, publisher: Service, key: string, by: number): void {
    const position = `${service} hears ${publisher} ${key}`
    this.#positions.set(position, Math.max(0, (this.#positions.get(position) ?? 0) - by))
  }

  /** The owner of the aggregate's partition finds its timer due, whatever the clock says. It writes the command once. */
  fireTimer(service: Service, key: string): void {
    const timer = this.#armed(service, key)
    if (timer) this.#fire(service, key, timer)
  }

  /** From now on the moments of all timers of the service have passed, also of those to come: what is armed fires in a later step. */
  timePasses(service: Service): void {
    this.#late.add(service)
  }

  /** Other owners take over: they know what is in the events, not what was written when a timer fired. */
  changeOwners(service: Service): void {
    for (const name of this.#fired.keys()) if (name.startsWith(`${service} `)) this.#fired.delete(name)
  }

  timer(service: Service, key: string): Deadline | undefined {
    const decider: AnyDecider = this.#deciders[service]
    return decider.deadline?.(this.state(service, key))
  }

  /** The events of each aggregate of a service. */
  histories(service: Service): ReadonlyMap<string, readonly DomainEvent[]> {
    const keys = [...(this.#events.get(service)?.keys ?? [])]
    return new Map(keys.map(([key, sent]) => [key, sent.map(({ event }) => event)]))
  }

  /** The present state of one aggregate. */
  state<S extends Service>(service: S, key: string): StateOf<S> {
    return this.#aggregate(service, key).state as StateOf<S>
  }

  #aggregate(service: Service, key: string): Aggregate<unknown> {
    return this.#aggregates.get(`${service} ${key}`) ?? { state: this.#deciders[service].initial, version: 0 }
  }

  #heard(service: Service): Service[] {
    return services.filter((publisher) => workload(service).subscribesTo.includes(publisher))
  }

  #next<Message>(reader: string, topic: Topic<Message> | undefined, handle: (key: string, message: Message) => void): Step[] {
    return [...(topic?.keys ?? [])].flatMap(([key, messages]) => {
      const name = `${reader} ${key}`
      const position = this.#positions.get(name) ?? 0
      const message = messages[position]
      if (message === undefined) return []
      const run = () => {
        this.#positions.set(name, position + 1)
        handle(key, message)
      }
      return [{ name, run }]
    })
  }

  #decide(service: Service, key: string, sent: SentCommand): void {
    const { id, command, givenUp } = sent
    const before = this.#aggregate(service, key)
    const released = before.quarantine && { quarantine: leaveQuarantine(before.quarantine, id) }
    let after: Aggregate<unknown>
    let outcome: string
    try {
      const way = givenUp ? 'give up' : admission(before.quarantine, id)
      if (way === 'quarantine') throw new Error('KEY_PARKED')
      const decided = way === 'decide' ? this.#outcome(service, before, command) : { outcome: way, events: [], state: before.state }
      after = { ...before, ...released, state: decided.state, version: before.version + decided.events.length }
      outcome = decided.outcome
      this.#publish(service, key, before.version, decided.events)
    } catch (error) {
      after = { ...before, quarantine: enterQuarantine(before.quarantine, id) }
      outcome = `parked ${error instanceof Error ? error.message : error}`
    }
    this.#aggregates.set(`${service} ${key}`, after)
    this.log.push(`${service} ${command.type}: ${outcome}`)
  }

  /** @throws when the command cannot be decided */
  #outcome(service: Service, { state }: Aggregate<unknown>, command: Command) {
    const decider: AnyDecider = this.#deciders[service]
    const misfit = commandChecks[service](command.type, command.data)
    if (misfit) throw new Error(misfit.failure)
    const decision = decider.decide(command, state)
    if (isRefused(decision)) return { outcome: `refused ${decision.refused}`, events: [], state }
    const outcome = decision.map(({ type }) => type.slice(service.length + 1)).join(', ') || 'unchanged'
    return { outcome, events: decision, state: decision.reduce(decider.evolve, state) }
  }

  #publish(service: Service, key: string, version: number, events: readonly DomainEvent[]): void {
    for (const [index, event] of events.entries()) {
      this.events.push(event)
      this.#events.get(service)?.append(key, { id: `${service} ${key} ${version + index + 1}`, event })
    }
  }

  #react(service: Service, { id, event }: SentEvent): void {
    const table = reactions[service] as AnyTable
    for (const addressed of table[event.type]?.(event.data) ?? [])
      this.send(service, addressed, `${id} ${addressed.aggregateId} ${addressed.command.type}`)
  }

  /** The aggregate's timer, as its owner has it. */
  #armed(service: Service, key: string): ScheduledCommand | undefined {
    const write = async (records: readonly OutgoingRecord[]): Promise<void> => {
      for (const { headers, value } of records) {
        const command = { type: String(headers.type), data: JSON.parse(String(value)) }
        this.send(service, { aggregateId: key, command }, String(headers.id))
      }
    }
    const rules = { service, decider: this.#deciders[service] as AnyDecider }
    const timer = scheduledCommand(rules, key, this.#aggregate(service, key), () => new Date(0), write)
    return timer && this.#fired.get(`${service} ${key}`) === timer.id ? undefined : timer
  }

  #fire(service: Service, key: string, timer: ScheduledCommand): void {
    this.#fired.set(`${service} ${key}`, timer.id)
    void timer.fire()
  }

  #dueTimers(service: Service): Step[] {
    return [...(this.#events.get(service)?.keys.keys() ?? [])].flatMap((key) => {
      const timer = this.#armed(service, key)
      return timer ? [{ name: `timer ${service} ${key}`, run: () => this.#fire(service, key, timer) }] : []
    })
  }
}
