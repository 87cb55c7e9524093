import { eventsTopic } from '../../../../services/shared/contracts/topology.ts'
import type { EventLog, LogRecord } from '../../../../services/shared/runtime/kafka/event-log.ts'
import { decodeRecord, isDecodeFailure } from '../../../../services/shared/runtime/messaging/record-codec.ts'
import type { Accounts } from './accounts.ts'

/** Where stock and credit are kept. */
const topics = [eventsTopic('inventory'), eventsTopic('payments')]

/** @returns reads on to the end of the log, each call only what is new */
export function accountsReader(eventLog: EventLog, accounts: Accounts): () => Promise<void> {
  const next = new Map<string, number>()
  return async () => {
    for (const topic of topics) await readTopic(eventLog, topic, next, (record) => addTo(accounts, record))
  }
}

async function readTopic(eventLog: EventLog, topic: string, next: Map<string, number>, add: (record: LogRecord) => void): Promise<void> {
  const partitions = [...(await eventLog.endOffsets(topic)).keys()]
  const ranges = partitions.map((partition) => ({ topic, partition, from: next.get(`${topic}/${partition}`) ?? 0 }))
  for await (const { partition, records, nextOffset } of eventLog.readPartitions(ranges)) {
    for (const record of records) add(record)
    next.set(`${topic}/${partition}`, nextOffset)
  }
}

/** What cannot be read is told by the audit of the log. */
function addTo(accounts: Accounts, record: LogRecord): void {
  const decoded = decodeRecord(record)
  if (!isDecodeFailure(decoded)) accounts.add({ type: decoded.envelope.type, data: decoded.data })
}
