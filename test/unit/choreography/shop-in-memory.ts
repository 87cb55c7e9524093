import { pino } from 'pino'
import { type CommandAnswered, commandAnsweredType } from '../../../services/shared/contracts/command-answered.ts'
import {
  type CommandMessage,
  type DomainEvent,
  discardHeader,
  type EventSourcing,
  startEventSourcing,
} from '../../../services/shared/runtime/event-sourcing/index.ts'
import type { LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { decodeRecord, encodeRecord, isDecodeFailure, type RecordedEvent } from '../../../services/shared/runtime/messaging/record-codec.ts'
import { commandsOf, deadLettersOf, eventsOf } from '../../../services/shared/runtime/messaging/topic-names.ts'
import { inMemoryEventLog } from '../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { type Delivery, steppedEventLog } from '../../../services/shared/runtime/testing/stepped-event-log.ts'
import { type EventSourcedName, eventSourcedNames, shop } from '../../../services/shop.ts'
import { creditLimit, type StateOf } from './shop-model.ts'

/** One thing that can happen next: a command is decided, or somebody reacts to an event. */
export interface Step {
  readonly name: string
  run(): Promise<void>
  /** At-least-once: the same, but it is to be done again. */
  runAndRepeat(): Promise<void>
}

const time = '2026-01-01T00:00:00.000Z'
const logger = pino({ level: 'silent' })

/**
 * All event-sourced services as they run, over a log in memory that delivers a record at a time. The caller chooses whose is next.
 */
export class ShopInMemory {
  /** `orders PlaceOrder: OrderPlaced`, one line for each command decided. */
  readonly log: string[] = []
  readonly #eventLog
  readonly #stepped
  readonly #clock
  readonly #definitions = shop({ creditLimit })
  readonly #running = new Map<EventSourcedName, Pick<EventSourcing<never, never, never>, 'stop'>>()
  readonly #states = new Map<string, unknown>()
  #sent = 0

  /** @param clock whose time is not over for any order, unless said otherwise */
  constructor({ partitions = 1, clock = () => new Date(time) }: { readonly partitions?: number; readonly clock?: () => Date } = {}) {
    this.#clock = clock
    this.#eventLog = inMemoryEventLog(undefined, partitions)
    this.#stepped = steppedEventLog(this.#eventLog)
    for (const name of eventSourcedNames) this.#start(name)
  }

  #start(name: EventSourcedName): void {
    const view = (id: string, state: unknown) => void this.#states.set(`${name} ${id}`, state)
    const definition = { ...this.#definitions[name], view, eventLog: this.#stepped.eventLog, logger, clock: this.#clock }
    // One of several definitions, each with types of its own: which it is does not matter to who starts it.
    this.#running.set(name, startEventSourcing(definition as never))
  }

  /** Others take over from the owners of a service's partitions: they know what is in the log. */
  async changeOwners(name: EventSourcedName): Promise<void> {
    await this.#running.get(name)?.stop()
    this.#start(name)
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map((service) => service.stop()))
  }

  /** Puts a command into the service's topic; it is decided in a later step. @returns its id */
  async send(service: EventSourcedName, { aggregateId, command }: CommandMessage): Promise<string> {
    this.#sent += 1
    const id = `sent-${this.#sent}`
    const origin = { causationId: id, correlationId: id, time }
    const envelope = { id, type: command.type, schemaVersion: 1, aggregateId, version: 0, ...origin }
    await this.#eventLog.produce([encodeRecord(commandsOf(service), envelope, command.data)])
    return id
  }

  /** Gives up a command that is in quarantine, as `events redrive --discard` does. */
  async discard(service: EventSourcedName, id: string): Promise<void> {
    const letter = this.#eventLog.read(deadLettersOf(service)).find(({ headers }) => String(headers.id) === id)
    if (!letter) throw new Error(`${id} is not among the dead letters of ${service}`)
    const { key, value, headers } = letter
    await this.#eventLog.produce([{ topic: commandsOf(service), key, value, headers: { ...headers, [discardHeader]: 'a typo' } }])
  }

  /** Ids of the commands that a service has quarantined, the first one first. */
  quarantined(service: EventSourcedName): readonly string[] {
    return this.#eventLog.read(deadLettersOf(service)).map(({ headers }) => String(headers.id))
  }

  /** What can happen now, in the order of the services. */
  async steps(): Promise<readonly Step[]> {
    for (;;) {
      const deliveries = await this.#stepped.deliveries()
      // Replies are for callers: no reaction table has a row for them.
      const replies = deliveries.filter(({ group, record }) => group.endsWith('.reactions') && isReply(record))
      if (replies.length === 0) return deliveries.map((delivery) => this.#step(delivery))
      for (const { handOver } of replies) await handOver()
    }
  }

  /** Runs steps until nothing is left to do. */
  async run(choose: (steps: readonly Step[]) => Step | undefined = ([first]) => first): Promise<void> {
    for (let step = choose(await this.steps()); step; step = choose(await this.steps())) await step.run()
  }

  /** All events of a service. */
  events(service: EventSourcedName): readonly DomainEvent[] {
    return this.#written(service)
      .filter(({ envelope }) => envelope.version > 0)
      .map(({ envelope: { type }, data }) => ({ type, data }))
  }

  /** The present state of one aggregate, as the service's view has it. */
  state<Name extends EventSourcedName>(service: Name, key: string): StateOf<Name> {
    return (this.#states.get(`${service} ${key}`) ?? this.#definitions[service].decider.initial) as StateOf<Name>
  }

  /** Events and replies. */
  #written(service: EventSourcedName): readonly RecordedEvent[] {
    return this.#eventLog.read(eventsOf(service)).map(decoded)
  }

  #step({ group, record, handOver, handOverAndRepeat }: Delivery): Step {
    const [service, reads] = group.split('.') as [EventSourcedName, string]
    const key = String(record.key)
    if (reads === 'reactions') {
      const name = `${service} reads ${record.topic.split('.')[0]} ${key}`
      return { name, run: handOver, runAndRepeat: handOverAndRepeat }
    }
    const note = (handing: () => Promise<void>) => async (): Promise<void> => {
      await handing()
      const source = `${record.topic}/${record.partition}/${record.offset}`
      const written = this.#written(service).filter(({ envelope }) => envelope.source === source)
      this.log.push(`${service} ${record.headers.type}: ${outcomeOf(service, written)}`)
    }
    return { name: `decide ${service} ${key}`, run: note(handOver), runAndRepeat: note(handOverAndRepeat) }
  }
}

const isReply = ({ headers }: LogRecord): boolean => String(headers.version) === '0'

const decoded = (record: LogRecord): RecordedEvent => {
  const read = decodeRecord(record)
  if (isDecodeFailure(read)) throw new Error(read.detail)
  return read
}

/** What the runtime wrote for one command, in a few words. */
function outcomeOf(service: EventSourcedName, written: readonly RecordedEvent[]): string {
  const events = written.filter(({ envelope }) => envelope.type !== commandAnsweredType(service))
  if (events.length > 0) return events.map(({ envelope }) => envelope.type.slice(service.length + 1)).join(', ')
  const [reply] = written
  if (!reply) throw new Error(`${service} has not answered`)
  const { outcome, code, detail } = reply.data as CommandAnswered
  if (code === 'COMMAND_PARKED') return `quarantined ${detail}`
  return outcome === 'refused' ? `refused ${code}` : outcome
}
