import { setTimeout } from 'node:timers/promises'
import { expect } from 'vitest'
import { type EventSourcing, startEventSourcing } from '../../../../../../services/shared/runtime/event-sourcing/start-event-sourcing.ts'
import { connectEventLog } from '../../../../../../services/shared/runtime/kafka/connect-event-log.ts'
import type { EventLog, LogRecord } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import { decodeRecord, isDecodeFailure, type RecordedEvent } from '../../../../../../services/shared/runtime/messaging/record-codec.ts'
import {
  accountDecider,
  commandSchemas,
  type Deposit,
  type Deposited,
  eventSchemas,
} from '../../../../../unit/services/shared/runtime/event-sourcing/toy-account.ts'

export const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

export const connect = (brokers: string): EventLog => connectEventLog({ brokers: [brokers], clientId: 'test', logger: quiet })

/** Waits until `done` holds, looking every 50 ms. */
export async function eventually(done: () => boolean | Promise<boolean>, withinMs = 30_000): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error(`not so within ${withinMs} ms: ${done}`)
    await setTimeout(50)
  }
}

export interface RunningToy extends EventSourcing<Deposit, Deposited, 'NEGATIVE'> {
  readonly deposit: (aggregateId: string, ref: string, cents: number, id?: string) => ReturnType<RunningToy['submit']>
}

type Reacting = Pick<
  Parameters<typeof startEventSourcing<never, Deposit, Deposited, 'NEGATIVE', Deposited>>[0],
  'subscribesTo' | 'reactions'
>

/** The account service on a real log, ready to decide. */
export async function runToy(eventLog: EventLog, service: string, reacting: Reacting = {}): Promise<RunningToy> {
  const foreign = Object.assign({}, ...(reacting.subscribesTo ?? []).map(eventSchemas))
  const toy = startEventSourcing<ReturnType<typeof accountDecider>['initial'], Deposit, Deposited, 'NEGATIVE', Deposited>({
    service,
    eventLog,
    decider: accountDecider(service),
    commandSchemas,
    eventSchemas: eventSchemas(service),
    foreignEventSchemas: foreign,
    ...reacting,
    logger: quiet,
  })
  await eventually(() => toy.ready().ready)
  const deposit: RunningToy['deposit'] = (aggregateId, ref, cents, id = crypto.randomUUID()) =>
    toy.submit({ id, correlationId: id, aggregateId, command: { type: 'Deposit', data: { ref, cents } } }, 15_000)
  return { ...toy, deposit }
}

/** All records of a topic now. */
export async function readAll(eventLog: EventLog, topic: string): Promise<LogRecord[]> {
  const partitions = [...(await eventLog.endOffsets(topic)).keys()]
  const records: LogRecord[] = []
  for await (const batch of eventLog.readPartitions(partitions.map((partition) => ({ topic, partition, from: 0 }))))
    records.push(...batch.records)
  return records
}

/** The events of a topic now; a record that is none fails the test. */
export async function readEvents(eventLog: EventLog, topic: string): Promise<RecordedEvent[]> {
  return (await readAll(eventLog, topic)).map((record) => {
    const decoded = decodeRecord(record)
    if (isDecodeFailure(decoded)) throw new Error(`${record.topic}/${record.partition}/${record.offset}: ${decoded.detail}`)
    return decoded
  })
}

/** The invariants of an events topic: one outcome for each command record, in order, and versions without gaps. */
export function expectExactlyOnce(events: readonly RecordedEvent[], commands: readonly LogRecord[]): void {
  const sources = new Set(events.map(({ envelope }) => envelope.source))
  expect(events.length).toBe(sources.size)
  expect([...sources].sort()).toEqual(commands.map(({ topic, partition, offset }) => `${topic}/${partition}/${offset}`).sort())
  for (const [, ofOne] of Map.groupBy(events, ({ envelope }) => envelope.aggregateId)) {
    const versions = ofOne.map(({ envelope }) => envelope.version).filter((version) => version > 0)
    expect(versions).toEqual(versions.map((_, index) => index + 1))
  }
  for (const [, ofPartition] of Map.groupBy(events, ({ partition }) => partition)) {
    const offsets = ofPartition.map(({ envelope }) => Number(envelope.source?.split('/').at(-1)))
    expect(offsets).toEqual(offsets.toSorted((one, other) => one - other))
  }
}
