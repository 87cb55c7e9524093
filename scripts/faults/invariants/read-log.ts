import { eventsTopic, workload, workloadNames } from '../../../services/shared/contracts/topology.ts'
import { connectEventLog } from '../../../services/shared/runtime/kafka/connect-event-log.ts'
import type { EventLog, LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { decodeRecord, isDecodeFailure } from '../../../services/shared/runtime/kafka/record.ts'
import type { Audit } from './audit.ts'

/** Reads all events topics into an audit, each call only what is new. */
export interface LogReader {
  readOn(): Promise<void>
  close(): Promise<void>
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

export function logReader(brokers: readonly string[], audit: Audit): LogReader {
  const eventLog = connectEventLog({ brokers: [...brokers], clientId: 'experiments', logger: silent })
  const topics = workloadNames.filter((name) => workload(name).eventSourced).map(eventsTopic)
  const next = new Map<string, number>()
  return {
    readOn: async () => {
      for (const topic of topics) await readTopic(eventLog, topic, next, (record) => addTo(audit, record))
    },
    close: () => eventLog.close(),
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

function addTo(audit: Audit, record: LogRecord): void {
  const decoded = decodeRecord(record)
  if (isDecodeFailure(decoded)) audit.addUnreadable(`${record.topic}/${record.partition}/${record.offset}: ${decoded.failure}`)
  else audit.add(decoded)
}
