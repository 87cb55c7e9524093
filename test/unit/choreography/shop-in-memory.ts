import { inventoryDecider } from '../../../services/inventory/decider/decider.ts'
import { reactions as inventoryReactions } from '../../../services/inventory/reactions.ts'
import { notificationsDecider } from '../../../services/notifications/decider/decider.ts'
import { reactions as notificationsReactions } from '../../../services/notifications/reactions.ts'
import { ordersDecider } from '../../../services/orders/decider/decider.ts'
import { reactions as ordersReactions } from '../../../services/orders/reactions.ts'
import { paymentsDecider } from '../../../services/payments/decider/decider.ts'
import { reactions as paymentsReactions } from '../../../services/payments/reactions.ts'
import { workload } from '../../../services/shared/contracts/topology.ts'
import { type Addressed, type Command, type Decider, type Fact, isRefused, type Timer } from '../../../services/shared/runtime/decider.ts'
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

export type Deciders = typeof deciders
export type Service = keyof Deciders
export type StateOf<S extends Service> = Deciders[S]['initial']
export const services = Object.keys(deciders) as Service[]

type AnyTable = Readonly<Record<string, ((data: unknown) => readonly Addressed[]) | undefined>>
type AnyDecider = Decider<unknown, Command, Fact>

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

/**
 * The saga's services over an in-memory bus with Kafka's promises: per topic and key messages keep their order, and nothing else is
 * promised. The caller chooses which of the possible steps is next; `rewind` hands the last events to a service again.
 */
export class ShopInMemory {
  /** `orders PlaceOrder: OrderPlaced`, one line for each command decided. */
  readonly log: string[] = []
  readonly events: Fact[] = []
  readonly #deciders: Deciders
  readonly #commands = new Map(services.map((name) => [name, new Topic<Command>()]))
  readonly #events = new Map(services.map((name) => [name, new Topic<Fact>()]))
  readonly #states = new Map<string, unknown>()
  readonly #positions = new Map<string, number>()

  constructor(rules: Deciders = deciders) {
    this.#deciders = rules
  }

  /** Puts a command into the service's topic; it is decided in a later step. */
  send(service: Service, { aggregateId, command }: Addressed): void {
    this.#commands.get(service)?.append(aggregateId, command)
  }

  /** What can happen now, in a fixed order: a command is decided, or an event is heard. */
  steps(): Step[] {
    return services.flatMap((service) => [
      ...this.#next(`decide ${service}`, this.#commands.get(service), (key, command) => this.#decide(service, key, command)),
      ...this.#heard(service).flatMap((publisher) =>
        this.#next(`${service} hears ${publisher}`, this.#events.get(publisher), (_key, event) => this.#react(service, event)),
      ),
    ])
  }

  /** Runs steps until nothing is left to do. */
  run(choose: (steps: readonly Step[]) => Step | undefined = (steps) => steps[0]): void {
    for (let step = choose(this.steps()); step; step = choose(this.steps())) step.run()
  }

  /** At-least-once: `service` forgets how far it has read the events of one key of `publisher`. */
  rewind(service: Service, publisher: Service, key: string, by: number): void {
    const position = `${service} hears ${publisher} ${key}`
    this.#positions.set(position, Math.max(0, (this.#positions.get(position) ?? 0) - by))
  }

  /** The owner of the aggregate's partition finds its timer due, whatever the clock says. Twice is allowed: it submits the command again. */
  fireTimer(service: Service, key: string): void {
    const timer = this.timer(service, key)
    if (timer) this.send(service, { aggregateId: key, command: timer.command })
  }

  timer(service: Service, key: string): Timer | undefined {
    const decider: AnyDecider = this.#deciders[service]
    return decider.due?.(this.state(service, key))
  }

  /** The events of each aggregate of a service. */
  histories(service: Service): ReadonlyMap<string, readonly Fact[]> {
    return this.#events.get(service)?.keys ?? new Map()
  }

  /** The present state of one aggregate. */
  state<S extends Service>(service: S, key: string): StateOf<S> {
    return (this.#states.get(`${service} ${key}`) ?? this.#deciders[service].initial) as StateOf<S>
  }

  #heard(service: Service): Service[] {
    return services.filter((publisher) => workload(service).hears.includes(publisher))
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

  #decide(service: Service, key: string, command: Command): void {
    const decider: AnyDecider = this.#deciders[service]
    const state = this.#states.get(`${service} ${key}`) ?? decider.initial
    const decision = decider.decide(command, state)
    const line = `${service} ${command.type}`
    if (isRefused(decision)) {
      this.log.push(`${line}: refused ${decision.refused}`)
      return
    }
    this.log.push(`${line}: ${decision.map(({ type }) => type.slice(service.length + 1)).join(', ') || 'unchanged'}`)
    this.#states.set(`${service} ${key}`, decision.reduce(decider.evolve, state))
    for (const event of decision) {
      this.events.push(event)
      this.#events.get(service)?.append(key, event)
    }
  }

  #react(service: Service, event: Fact): void {
    const table = reactions[service] as AnyTable
    for (const addressed of table[event.type]?.(event.data) ?? []) this.send(service, addressed)
  }
}
