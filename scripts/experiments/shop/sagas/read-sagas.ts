import { eventsTopic } from '../../../../services/shared/contracts/topology.ts'
import { connectEventLog } from '../../../../services/shared/runtime/kafka/connect-event-log.ts'
import type { EventLog } from '../../../../services/shared/runtime/kafka/event-log.ts'
import { decodeRecord, isDecodeFailure } from '../../../../services/shared/runtime/messaging/record-codec.ts'
import { poll, type Waiting } from '../../../checks/poll.ts'
import type { ShopTarget } from '../shop-target.ts'
import { createSagas, type Saga, type Sagas } from './saga.ts'

const topics = ['orders', 'inventory', 'payments', 'notifications'].map(eventsTopic)
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** The sagas that began after it was opened. */
export interface SagaReader {
  readonly eventLog: EventLog
  /** Reads on to the present end of the log. @returns all that is known then */
  read(): Promise<Sagas>
  /** Reads on until the sagas are as `done` wants them, or time is up. */
  until(done: (sagas: readonly Saga[]) => boolean, waiting: Waiting): Promise<readonly Saga[]>
  close(): Promise<void>
}

/** @throws when the log cannot be read */
export const openSagas = async (target: ShopTarget): Promise<SagaReader> =>
  readSagas(connectEventLog({ brokers: [...(await target.brokers())], clientId: 'experiments', logger: silent }))

/** @param eventLog closed with the reader */
export async function readSagas(eventLog: EventLog): Promise<SagaReader> {
  const sagas = createSagas()
  const next = new Map<string, number>()
  try {
    for (const topic of topics)
      for (const [partition, offset] of await eventLog.endOffsets(topic)) next.set(`${topic}/${partition}`, offset)
  } catch (error) {
    await eventLog.close()
    throw error
  }
  const readTopic = async (topic: string) => {
    const partitions = [...(await eventLog.endOffsets(topic)).keys()]
    const ranges = partitions.map((partition) => ({ topic, partition, from: next.get(`${topic}/${partition}`) ?? 0 }))
    for await (const { partition, records, nextOffset } of eventLog.readPartitions(ranges)) {
      for (const record of records) {
        const decoded = decodeRecord(record)
        // The audit tells of records that cannot be read. Version 0 are replies to who gave a command, no events.
        if (isDecodeFailure(decoded) || decoded.envelope.version === 0) continue
        sagas.add({ type: decoded.envelope.type, data: decoded.data, at: Date.parse(decoded.envelope.time) })
      }
      next.set(`${topic}/${partition}`, nextOffset)
    }
  }
  const read = async () => {
    for (const topic of topics) await readTopic(topic)
    return sagas
  }
  return {
    eventLog,
    read,
    until: (done, waiting) => poll(async () => (await read()).all(), done, waiting),
    close: () => eventLog.close(),
  }
}
