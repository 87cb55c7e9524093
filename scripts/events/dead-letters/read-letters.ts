import { commandsTopic, eventsTopic } from '../../../services/shared/contracts/topology.ts'
import type { EventLog, LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { answerOf } from '../audit/answer.ts'
import { toCurrentEvent } from '../log/current-event.ts'
import { deadLetterTopics } from '../log/shop-log.ts'
import { eventSourcedNames } from '../rules.ts'
import { discardedHeader } from './discarding-records.ts'
import { holdsUpKey, type Letter, toLetter } from './letter.ts'
import { redriveHeader } from './redriven-records.ts'

/** A letter with what became of its record. `parked`: still waits. `done`: was handled after all. `discarded`: somebody has given it up. */
export interface TracedLetter extends Letter {
  readonly status: 'parked' | 'done' | 'discarded'
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
  const discarded = new Set<string>()
  for (const topic of deadLetterTopics) {
    await each(topic, (record) => {
      const given = record.headers[discardedHeader]?.toString()
      if (given === undefined) letters.push(toLetter(record))
      else discarded.add(given)
    })
  }

  const handled = new Set<string>()
  const concerned = eventSourcedNames.filter((name) => letters.some(({ service }) => service === name))
  for (const service of concerned) {
    const ids = new Set(letters.filter((letter) => holdsUpKey(letter) && letter.service === service).map(({ id }) => id))
    await each(eventsTopic(service), (record) => noteOutcome(record, service, ids, handled))
    await each(commandsTopic(service), ({ headers }) => {
      const of = headers[redriveHeader]?.toString()
      if (of !== undefined) handled.add(of)
    })
  }
  const nameOf = (letter: Letter) => (holdsUpKey(letter) ? `${letter.service} ${letter.id}` : letter.place)
  const first = new Map(letters.toReversed().map((letter) => [nameOf(letter), letter]))
  return [...first.values()].toReversed().map((letter) => {
    const status = discarded.has(letter.place) ? 'discarded' : handled.has(nameOf(letter)) ? 'done' : 'parked'
    return { ...letter, status }
  })
}

/** The last outcome of a command counts: it may have been put aside, decided, or put aside again. */
function noteOutcome(record: LogRecord, service: string, ids: ReadonlySet<string>, handled: Set<string>): void {
  const id = record.headers.causationId?.toString()
  if (id === undefined || !ids.has(id)) return
  if (answerOf(toCurrentEvent(record))?.code === 'COMMAND_PARKED') handled.delete(`${service} ${id}`)
  else handled.add(`${service} ${id}`)
}
