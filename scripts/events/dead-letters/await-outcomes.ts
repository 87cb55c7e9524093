import { setTimeout as delay } from 'node:timers/promises'
import { eventsTopic } from '../../../services/shared/contracts/topology.ts'
import type { EventLog, LogRecord, PartitionRange } from '../../../services/shared/runtime/kafka/event-log.ts'
import { answerOf } from '../audit/answer.ts'
import { toCurrentEvent } from '../log/current-event.ts'

const lookEveryMs = 200

/** What became of a command that was sent again. */
export type Outcome = 'decided' | 'put aside again' | 'not decided yet'

/** Several commands in one word: the worst of them counts. */
export const worstOf = (outcomes: readonly Outcome[]): Outcome =>
  (['put aside again', 'not decided yet'] as const).find((outcome) => outcomes.includes(outcome)) ?? 'decided'

/** Where the events of services end: take it before sending, so that older outcomes of the same commands do not count. */
export async function eventsFromNowOn(eventLog: Pick<EventLog, 'endOffsets'>, services: readonly string[]): Promise<PartitionRange[]> {
  const ends = services.map(async (service) => {
    const topic = eventsTopic(service)
    return [...(await eventLog.endOffsets(topic))].map(([partition, from]) => ({ topic, partition, from }))
  })
  return (await Promise.all(ends)).flat()
}

/**
 * Reads events from the ranges on until all commands have an outcome, or patience ends.
 * @param onWait told how many have none yet
 * @returns by command id; what is missing has none yet
 */
export async function awaitOutcomes(
  eventLog: Pick<EventLog, 'readPartitions'>,
  ranges: readonly PartitionRange[],
  commandIds: ReadonlySet<string>,
  patienceMs: number,
  onWait: (left: number) => void = () => {},
): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  const deadline = performance.now() + patienceMs
  let open = ranges
  for (;;) {
    for await (const { topic, partition, records, nextOffset } of eventLog.readPartitions(open)) {
      for (const record of records) {
        const id = record.headers.causationId?.toString()
        if (id !== undefined && commandIds.has(id)) outcomes.set(id, outcomeOf(record))
      }
      open = open.map((range) => (range.topic === topic && range.partition === partition ? { ...range, from: nextOffset } : range))
    }
    if (outcomes.size === commandIds.size || performance.now() > deadline) return outcomes
    onWait(commandIds.size - outcomes.size)
    await delay(lookEveryMs)
  }
}

const outcomeOf = (record: LogRecord): Outcome =>
  answerOf(toCurrentEvent(record))?.code === 'COMMAND_PARKED' ? 'put aside again' : 'decided'
