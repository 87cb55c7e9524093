import { commandsTopic, eventsTopic } from '../../../services/shared/contracts/topology.ts'
import type { EventLog, LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { answerOf } from '../audit/answer.ts'
import { toCurrentEvent } from '../log/current-event.ts'
import { deadLetterTopics } from '../log/shop-log.ts'
import { eventSourcedNames } from '../rules.ts'
import { isCommand, type Letter, toLetter } from './letter.ts'
import { redriveHeader } from './redriven-records.ts'

/** A letter with what became of its record. `parked`: still waits. `done`: was handled after all. */
export interface TracedLetter extends Letter {
  readonly status: 'parked' | 'done'
}

/** All letters in the order in which they were put aside, a command that was put aside again only once. Holds the letters in memory. */
export async function readLetters(eventLog: EventLog, onRead: (records: number) => void = () => {}): Promise<TracedLetter[]> {
  const letters: Letter[] = []
  let read = 0
  const each = async (topic: string, visit: (record: LogRecord) => void): Promise<void> => {
    const partitions = [...(await eventLog.endOffsets(topic)).keys()]
    for await (const { records } of eventLog.readPartitions(partitions.map((partition) => ({ topic, partition, from: 0 })))) {
      for (const record of records) visit(record)
      read += records.length
      onRead(read)
    }
  }
  for (const topic of deadLetterTopics) await each(topic, (record) => letters.push(toLetter(record)))

  const handled = new Set<string>()
  const concerned = eventSourcedNames.filter((name) => letters.some(({ service }) => service === name))
  for (const service of concerned) {
    const ids = new Set(letters.filter((letter) => isCommand(letter) && letter.service === service).map(({ id }) => id))
    await each(eventsTopic(service), (record) => noteOutcome(record, service, ids, handled))
    await each(commandsTopic(service), ({ headers }) => {
      const of = headers[redriveHeader]?.toString()
      if (of !== undefined) handled.add(of)
    })
  }
  const isDone = (letter: Letter) => handled.has(isCommand(letter) ? `${letter.service} ${letter.id}` : letter.place)
  const first = new Map(
    letters.toReversed().map((letter) => [isCommand(letter) && letter.id ? `${letter.service} ${letter.id}` : letter.place, letter]),
  )
  return [...first.values()].toReversed().map((letter) => ({ ...letter, status: isDone(letter) ? 'done' : 'parked' }))
}

/** The last outcome of a command counts: it may have been put aside, decided, or put aside again. */
function noteOutcome(record: LogRecord, service: string, ids: ReadonlySet<string>, handled: Set<string>): void {
  const id = record.headers.causationId?.toString()
  if (id === undefined || !ids.has(id)) return
  if (answerOf(toCurrentEvent(record))?.code === 'COMMAND_PARKED') handled.delete(`${service} ${id}`)
  else handled.add(`${service} ${id}`)
}
