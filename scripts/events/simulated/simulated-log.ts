import { eventVersions } from '../../../services/shared/contracts/events/versions.ts'
import { commandsTopic } from '../../../services/shared/contracts/topology.ts'
import { type CommandMessage, isRefused } from '../../../services/shared/runtime/event-sourcing/decider.ts'
import { type CommandAtHand, eventRecords, replyRecord } from '../../../services/shared/runtime/event-sourcing/index.ts'
import type { OutgoingRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { encodeRecord } from '../../../services/shared/runtime/messaging/record-codec.ts'
import type { EventSourcedName } from '../../../services/shop.ts'
import { partitionOf } from '../log/partition-of.ts'
import { reactionsTo } from '../reactions-to.ts'
import { shopRules } from '../rules.ts'

/** A command that somebody outside the shop gives. */
export interface GivenCommand extends CommandMessage {
  readonly service: EventSourcedName
  readonly id: string
  readonly correlationId: string
  /** ms since 1970. */
  readonly at: number
}

export interface SimulatedLogOptions {
  readonly partitions: number
  /** As many commands wait while others are decided, so that sagas interleave; 0 lets each saga end before the next command. */
  readonly underWay?: number
}

export type WrittenRecord = OutgoingRecord & { readonly partition: number }

/** A command that lies in its topic and waits to be decided. */
interface Waiting extends CommandAtHand, Pick<CommandMessage, 'command'> {
  readonly service: EventSourcedName
}

/** From one step of a saga to the next. */
const stepMs = 5

/**
 * What a shop that works writes into empty topics when it is given commands: the real rules, without Kafka and clock, so a hundred times faster.
 * Keeps the state of every aggregate.
 * @throws when a rule makes an event that no reader could read
 */
export function* simulatedLog(given: Iterable<GivenCommand>, { partitions, underWay = 0 }: SimulatedLogOptions): Generator<WrittenRecord> {
  const rules = shopRules()
  const states = new Map<string, { readonly state: unknown; readonly version: number }>()
  const ends = new Map<string, number>()
  const waiting: Waiting[] = []

  function* tell({ service, id, aggregateId, command, correlationId, at }: GivenCommand, causationId = id): Generator<WrittenRecord> {
    const topic = commandsTopic(service)
    const partition = partitionOf(topic, aggregateId, partitions)
    const offset = ends.get(`${topic}/${partition}`) ?? 0
    ends.set(`${topic}/${partition}`, offset + 1)
    const time = new Date(at).toISOString()
    const envelope = { id, type: command.type, schemaVersion: 1, aggregateId, version: 0, causationId, correlationId, time }
    const decidedAt = new Date(at + stepMs).toISOString()
    waiting.push({ service, command, envelope, partition, source: `${topic}/${partition}/${offset}`, time: decidedAt })
    yield { ...encodeRecord(topic, envelope, command.data), partition }
  }

  function* decide({ service, command, ...atHand }: Waiting): Generator<WrittenRecord> {
    const { aggregateId, correlationId } = atHand.envelope
    const { decider } = rules[service]
    const name = `${service} ${aggregateId}`
    const { state, version } = states.get(name) ?? { state: decider.initial, version: 0 }
    const decision = decider.decide(command, state)
    if (isRefused(decision) || decision.length === 0) {
      const answer = isRefused(decision)
        ? ({ outcome: 'refused', code: decision.refused, detail: decision.detail } as const)
        : ({ outcome: 'unchanged' } as const)
      yield { ...replyRecord(service, atHand, { ...answer, aggregateVersion: version }), partition: atHand.partition }
      return
    }
    states.set(name, { state: decision.reduce(decider.evolve, state), version: version + decision.length })
    const records = eventRecords({ service, versions: eventVersions }, atHand, version, decision)
    if ('kind' in records) throw new Error(`${name}: ${records.code}: ${records.detail}`)
    for (const record of records) yield { ...record, partition: atHand.partition }
    for (const [index, { type, data }] of decision.entries()) {
      const id = String(records[index]?.headers.id)
      for (const reaction of reactionsTo(rules, { publisher: service, id, type, data }))
        yield* tell({ ...reaction, service: reaction.service as EventSourcedName, correlationId, at: Date.parse(atHand.time) + stepMs }, id)
    }
  }

  function* decideUntil(left: number): Generator<WrittenRecord> {
    while (waiting.length > left) {
      const next = waiting.shift()
      if (next) yield* decide(next)
    }
  }

  for (const command of given) {
    yield* tell(command)
    yield* decideUntil(underWay)
  }
  yield* decideUntil(0)
}
