import type { EventLog, OutgoingRecord } from '../../kafka/event-log.ts'
import { partitioning } from '../../kafka/writing/partitioning.ts'
import { commandsOf, eventsOf, snapshotsOf } from '../../messaging/topic-names.ts'

/** On the last event of each transaction: how many partitions the topics had when it was written. */
const partitionsHeader = 'partitions'

/** The last event of a partition is found among so many offsets at its end; the others are marks of transactions. */
const tailOffsets = 20

/** The service's topics have not the partitions that its keys were spread over: going on, a key would be decided in two of them. */
export class PartitionsChanged extends Error {
  override readonly name = 'PartitionsChanged'
}

/**
 * How many partitions the topics of a service have. The number says where each key lies, so it is fixed with the first event; the events
 * themselves keep it.
 */
export interface PartitionCount {
  /** Asks Kafka. @throws PartitionsChanged when it is not the number that the service began with; or what Kafka answers */
  verify(): Promise<void>
  /** The one partition in which the key is decided. Only after it was verified. */
  homeOf(key: string): number
  /** Records of one transaction → the same, with the number noted. */
  note(records: readonly OutgoingRecord[]): readonly OutgoingRecord[]
}

export function partitionCount(
  eventLog: Pick<EventLog, 'partitionCounts' | 'endOffsets' | 'readPartitions'>,
  service: string,
  { snapshots }: { readonly snapshots: boolean },
): PartitionCount {
  const [commands, events] = [commandsOf(service), eventsOf(service)]
  const others = [events, ...(snapshots ? [snapshotsOf(service)] : [])]
  let known: number | undefined
  let home = (_key: string): number => {
    throw new Error(`how many partitions ${commands} has is not known yet`)
  }

  /** As the newest events of some partition tell it; those of earlier releases do not. */
  const noted = async (): Promise<number | undefined> => {
    for (const [partition, end] of await eventLog.endOffsets(events)) {
      const tail = { topic: events, partition, from: Math.max(0, end - tailOffsets) }
      for await (const { records } of eventLog.readPartitions([tail])) {
        const last = records.findLast(({ headers }) => headers[partitionsHeader])
        if (last) return Number(last.headers[partitionsHeader]?.toString())
      }
    }
    return undefined
  }

  const verify = async (): Promise<void> => {
    const counts = await eventLog.partitionCounts([commands, ...others])
    const count = counts.get(commands) ?? 0
    const different = others.find((topic) => counts.get(topic) !== count)
    if (different !== undefined)
      throw new PartitionsChanged(`${commands} has ${count} partitions, ${different} has ${counts.get(different)}: they must have the same`)
    const began = known ?? (await noted()) ?? count
    if (began !== count)
      throw new PartitionsChanged(
        `${commands} and ${events} have ${count} partitions, but began with ${began}: keys would be decided in two of them`,
      )
    known = count
    home = partitioning(commands, count)
  }

  let verifying: Promise<void> | undefined
  return {
    // All partitions of an assignment ask at the same time.
    verify: () => {
      verifying ??= verify().finally(() => {
        verifying = undefined
      })
      return verifying
    },
    homeOf: (key) => home(key),
    note: (records) => {
      const last = records.findLastIndex(({ topic }) => topic === events)
      return records.map((record, index) =>
        index === last ? { ...record, headers: { ...record.headers, [partitionsHeader]: String(known) } } : record,
      )
    },
  }
}
