import { commandsTopic, eventsTopic } from '../../../../services/shared/contracts/topology.ts'
import { connectEventLog } from '../../../../services/shared/runtime/kafka/connect-event-log.ts'
import type { EventLog, LogRecord } from '../../../../services/shared/runtime/kafka/event-log.ts'
import { decodeRecord, isDecodeFailure } from '../../../../services/shared/runtime/messaging/record-codec.ts'
import type { ShopTarget } from '../shop-target.ts'
import { type EffectsFold, foldEffects } from './effects.ts'

/** Who takes part in an order. */
const services = ['orders', 'inventory', 'payments', 'shipping', 'notifications']
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** What happens in the log from when it was opened. */
export interface EffectsLog {
  /** Reads on to the present end. */
  read(): Promise<EffectsFold>
  /** Writes the commands of these customers' orders that were read so far once more, as they are. @returns how many */
  deliverAgain(customers: ReadonlySet<string>): Promise<number>
  close(): Promise<void>
}

/** @throws when the log cannot be read */
export const openEffects = async (target: ShopTarget): Promise<EffectsLog> =>
  effectsLog(connectEventLog({ brokers: [...(await target.brokers())], clientId: 'experiments', logger: silent }))

/** @param eventLog closed with it */
export async function effectsLog(eventLog: EventLog): Promise<EffectsLog> {
  const effects = foldEffects()
  const commands = new Map<string, { order: string; record: LogRecord }>()
  const next = new Map<string, number>()
  const topics = services.flatMap((service) => [eventsTopic(service), commandsTopic(service)])
  for (const topic of topics) {
    for (const [partition, offset] of await eventLog.endOffsets(topic)) next.set(`${topic}/${partition}`, offset)
  }
  const add = (record: LogRecord) => {
    const decoded = decodeRecord(record)
    // The audit tells of records that cannot be read.
    if (isDecodeFailure(decoded)) return
    if (record.topic.endsWith(commandsTopic(''))) {
      effects.addCommand(decoded)
      commands.set(decoded.envelope.id, { order: decoded.envelope.correlationId, record })
    } else effects.addEvent(decoded)
  }
  return {
    read: async () => {
      for (const topic of topics) {
        const partitions = [...(await eventLog.endOffsets(topic)).keys()]
        const ranges = partitions.map((partition) => ({ topic, partition, from: next.get(`${topic}/${partition}`) ?? 0 }))
        for await (const { partition, records, nextOffset } of eventLog.readPartitions(ranges)) {
          for (const record of records) add(record)
          next.set(`${topic}/${partition}`, nextOffset)
        }
      }
      return effects
    },
    deliverAgain: async (customers) => {
      const ours = [...commands.values()].filter(({ order }) => customers.has(effects.customerOf(order) ?? ''))
      if (ours.length > 0)
        await eventLog.produce(
          ours.map(({ record: { topic, partition, key, value, headers } }) => ({ topic, partition, key, value, headers })),
        )
      return ours.length
    },
    close: () => eventLog.close(),
  }
}
