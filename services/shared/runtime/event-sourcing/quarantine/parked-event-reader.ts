import { backOff } from '../../kafka/back-off.ts'
import type { EventLog } from '../../kafka/event-log.ts'
import { deadLetterPartition, originOf, type RecordPosition, readResolution } from '../../messaging/dead-letter.ts'
import { type ParkedEventIndex, parkedEventIndex } from '../../messaging/parked-event-index.ts'
import { deadLettersOf } from '../../messaging/topic-names.ts'

/** Altogether about 15 s: as long as the open transaction of a writer that crashed. */
const attempts = 12

/** The next start reads about as many dead letters that wait no more, at most. */
const commitInterval = 1000

/** What waits among the dead letters, as far as they have been read. */
export interface ParkedEventReader {
  readonly parkedEvents: ParkedEventIndex
  /** Reads what was written since the last time. @throws when Kafka does not answer; what was read is kept */
  catchUp(): Promise<void>
  /**
   * Writes dead letters and returns when they can be read. An open transaction of somebody else hides what was written behind it for a while, and
   * the offset of an event must not be committed before the next owner of its partition finds the dead letter.
   * @throws when they cannot be read for 15 s; they may be there
   */
  park(events: readonly RecordPosition[], write: () => Promise<void>, heartbeat: () => Promise<void>): Promise<void>
}

const nameOf = ({ topic, partition, offset }: RecordPosition): string => `${topic}/${partition}/${offset}`

/**
 * Reads the dead letters of a service once, and then only what comes to them. They are kept for ever: the first that still counts is kept as the
 * offset of a group without members, named as the topic, and the next start begins there.
 * @param onCount told how many wait, each time that was read
 */
export function parkedEventReader(
  eventLog: EventLog,
  service: string,
  onCount: (waiting: number) => void = () => undefined,
): ParkedEventReader {
  const topic = deadLettersOf(service)
  const parkedEvents = parkedEventIndex(service)
  /** Events whose dead letter was not read yet. */
  const unseen = new Set<string>()
  const partition = { topic, partition: deadLetterPartition }
  let committed: number | undefined
  let from = 0

  const read = async (): Promise<void> => {
    if (committed === undefined) committed = from = await eventLog.committedOffset(topic, partition)
    for await (const { records, nextOffset } of eventLog.readPartitions([{ ...partition, from }])) {
      for (const record of records) {
        parkedEvents.take(record)
        const event = originOf(record)
        if (event && !readResolution(record)) unseen.delete(nameOf(event))
      }
      from = nextOffset
    }
    onCount([...parkedEvents.all()].length)
    const first = parkedEvents.firstDeadLetter() ?? from
    if (first - committed < commitInterval) return
    committed = await eventLog.commitOffset(topic, partition, first).then(
      () => first,
      // Without it the next start reads more, and nothing is lost: it is tried again.
      () => committed,
    )
  }

  let running: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  /** One at a time, and never one that began before it was asked for. */
  const catchUp = (): Promise<void> => {
    next ??= running.then(() => {
      next = undefined
      const reading = read()
      running = reading.catch(() => undefined)
      return reading
    })
    return next
  }

  return {
    parkedEvents,
    catchUp,
    park: async (events, write, heartbeat) => {
      // Before they are written: somebody else's `catchUp` may read them first.
      for (const event of events) unseen.add(nameOf(event))
      await write()
      for (let failures = 0; ; ) {
        await catchUp()
        if (!events.some((event) => unseen.has(nameOf(event)))) return
        failures += 1
        if (failures > attempts) throw new Error(`dead letters in ${topic} cannot be read yet: a transaction is open before them`)
        await heartbeat()
        await backOff(failures)
      }
    },
  }
}
