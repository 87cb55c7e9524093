import {
  type Command,
  type CommandMessage,
  type Deadline,
  type Decider,
  type DomainEvent,
  isRefused,
} from '../../../services/shared/runtime/event-sourcing/decider.ts'
import { dataCheck } from '../../../services/shared/runtime/messaging/record-codec.ts'
import { type EventSourcedName, eventSourcedNames, shop } from '../../../services/shop.ts'

/** Cents that every customer may use. */
export const creditLimit = 500_00

const definitions = shop({ creditLimit })
type Definitions = typeof definitions

export type Deciders = { readonly [Name in EventSourcedName]: Definitions[Name]['decider'] }
export type StateOf<Name extends EventSourcedName> = Deciders[Name]['initial']

const ofEach = <Value>(make: (name: EventSourcedName) => Value) =>
  Object.fromEntries(eventSourcedNames.map((name) => [name, make(name)])) as { readonly [Name in EventSourcedName]: Value }

/** The real rules. */
export const deciders = ofEach((name) => definitions[name].decider) as Deciders

type AnyDecider = Decider<unknown, Command, DomainEvent>
type AnyTable = Readonly<Record<string, ((data: unknown) => readonly CommandMessage[]) | undefined>>

const reactions = ofEach((name) => (definitions[name].reactions ?? {}) as AnyTable)
const checks = ofEach((name) => dataCheck(definitions[name].commandSchemas))

/** Who takes part in the choreography: reacts to events of others. */
export const participants = eventSourcedNames.filter((name) => Object.keys(reactions[name]).length > 0)

/** One thing that can happen next. */
export interface Step {
  readonly name: string
  run(): void
}

interface ModelStep extends Step {
  /** The last messages of the same reader come again. */
  rewind(by: number): void
}

/** Reads the messages of one key in their order. */
class Reader<Message> implements ModelStep {
  readonly name: string
  readonly #messages: readonly Message[]
  readonly #handle: (message: Message) => void
  #position = 0

  constructor(name: string, messages: readonly Message[], handle: (message: Message) => void) {
    this.name = name
    this.#messages = messages
    this.#handle = handle
  }

  get hasNext(): boolean {
    return this.#position < this.#messages.length
  }

  run(): void {
    const message = this.#messages[this.#position]
    if (message === undefined) throw new Error(`${this.name}: there is nothing to do`)
    this.#position += 1
    this.#handle(message)
  }

  rewind(by: number): void {
    this.#position = Math.max(0, this.#position - by)
  }
}

/** More than any test takes: who gets here goes round in circles. */
const maxSteps = 20_000

/**
 * The services' rules and reaction tables over Kafka's promises and nothing else: per topic and key messages keep their order, and may come
 * again. Pure and synchronous, for properties of thousands of histories; `shop-model.test.ts` holds it to what the runtime does.
 * The caller chooses which of the possible steps is next.
 */
export class ShopModel {
  /** `orders PlaceOrder: OrderPlaced`, one line for each command decided. */
  readonly log: string[] = []
  readonly events: DomainEvent[] = []
  readonly #deciders: Deciders
  readonly #states = new Map<string, unknown>()
  readonly #commands = new Map<string, Command[]>()
  readonly #histories = ofEach(() => new Map<string, DomainEvent[]>())
  readonly #readers: (ModelStep & { readonly hasNext: boolean })[] = []
  readonly #eventReaders = ofEach<Reader<DomainEvent>[]>(() => [])

  constructor(rules: Deciders = deciders) {
    this.#deciders = rules
  }

  /** Puts a command into the service's topic; it is decided in a later step. */
  send(service: EventSourcedName, { aggregateId, command }: CommandMessage): void {
    const name = `decide ${service} ${aggregateId}`
    const commands = this.#commands.get(name)
    if (commands) {
      commands.push(command)
      return
    }
    const messages = [command]
    this.#commands.set(name, messages)
    this.#readers.push(new Reader(name, messages, (next) => this.#decide(service, aggregateId, next)))
  }

  /** What can happen now: a command is decided, or somebody reacts to an event. */
  steps(): readonly ModelStep[] {
    return this.#readers.filter(({ hasNext }) => hasNext)
  }

  /** Runs steps until nothing is left to do. @throws when there is no end of it */
  run(choose: (steps: readonly Step[]) => Step | undefined = ([first]) => first): void {
    let count = 0
    for (let step = choose(this.steps()); step; step = choose(this.steps())) {
      count += 1
      if (count > maxSteps) throw new Error(`no end of steps; the last is ${step.name}`)
      step.run()
    }
  }

  /** At-least-once: `service` forgets that it has handled the last `by` events of every aggregate it reads. */
  redeliver(service: EventSourcedName, by: number): void {
    for (const reader of this.#eventReaders[service]) reader.rewind(by)
  }

  /** The aggregate's present deadline. */
  deadline(service: EventSourcedName, key: string): Deadline | undefined {
    const decider: AnyDecider = this.#deciders[service]
    return decider.deadline?.(this.state(service, key))
  }

  /** The events of each aggregate of a service. */
  histories(service: EventSourcedName): ReadonlyMap<string, readonly DomainEvent[]> {
    return this.#histories[service]
  }

  /** The present state of one aggregate. */
  state<Name extends EventSourcedName>(service: Name, key: string): StateOf<Name> {
    return (this.#states.get(`${service} ${key}`) ?? this.#deciders[service].initial) as StateOf<Name>
  }

  /** @throws when the command does not fit its schema, or the decider throws: with sound rules neither happens */
  #decide(service: EventSourcedName, key: string, command: Command): void {
    const failure = checks[service](command.type, command.data)
    if (failure) throw new Error(`${service} ${command.type}: ${failure.detail}`)
    const decider: AnyDecider = this.#deciders[service]
    const state = this.state(service, key)
    const decision = decider.decide(command, state)
    const events = isRefused(decision) ? [] : decision
    this.#states.set(`${service} ${key}`, events.reduce(decider.evolve, state as unknown))
    for (const event of events) this.#publish(service, key, event)
    const names = events.map(({ type }) => type.slice(service.length + 1)).join(', ')
    this.log.push(`${service} ${command.type}: ${isRefused(decision) ? `refused ${decision.refused}` : names || 'unchanged'}`)
  }

  #publish(publisher: EventSourcedName, key: string, event: DomainEvent): void {
    this.events.push(event)
    const history = this.#histories[publisher].get(key)
    if (history) {
      history.push(event)
      return
    }
    const events = [event]
    this.#histories[publisher].set(key, events)
    for (const service of participants.filter((name) => definitions[name].subscribesTo?.includes(publisher))) {
      const reader = new Reader<DomainEvent>(`${service} reads ${publisher} ${key}`, events, ({ type, data }) => {
        for (const message of reactions[service][type]?.(data) ?? []) this.send(service, message)
      })
      this.#eventReaders[service].push(reader)
      this.#readers.push(reader)
    }
  }
}
