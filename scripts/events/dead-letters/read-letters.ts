import { eventsTopic } from '../../../services/shared/contracts/topology.ts'
import type { EventLog, LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { readResolution } from '../../../services/shared/runtime/messaging/dead-letter.ts'
import { parkedEventIndex } from '../../../services/shared/runtime/messaging/parked-event-index.ts'
import { eventSourcedNames } from '../../../services/shop.ts'
import { answerOf } from '../audit/answer.ts'
import { place, toCurrentEvent } from '../log/current-event.ts'
import { deadLetterTopics } from '../log/shop-log.ts'
import { isHeard, isParkedCommand, type Letter, serviceOf, toLetter } from './letter.ts'

/** A letter with what became of its record. `parked`: still waits. `done`: was handled after all. `discarded`: somebody has given it up. */
export interface TracedLetter extends Letter {
  readonly status: 'parked' | 'done' | 'discarded'
  /** Why it was given up. */
  readonly reason?: string
}

/** All letters in the order in which they were put aside, a record that was put aside again only once. Holds the letters in memory. */
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
  /** Places of letters that somebody has given up → why. */
  const discarded = new Map<string, string>()
  /** Letters of commands and events by their name that are done with. */
  const handled = new Set<string>()
  for (const topic of deadLetterTopics) {
    const waiting = parkedEventIndex(serviceOf(topic))
    const own: Letter[] = []
    await each(topic, (record) => {
      waiting.take(record)
      const resolved = readResolution(record)
      if (!resolved) own.push(toLetter(record))
      else if (resolved.resolution === 'discarded') discarded.set(resolved.deadLetter, resolved.reason ?? '')
    })
    for (const letter of own) if (isHeard(letter) && !waiting.has(letter.original)) handled.add(nameOf(letter))
    letters.push(...own)
  }

  const concerned = eventSourcedNames.filter((name) => letters.some(({ service }) => service === name))
  for (const service of concerned) {
    const ids = new Set(letters.filter((letter) => isParkedCommand(letter) && letter.service === service).map(({ id }) => id))
    await each(eventsTopic(service), (record) => noteOutcome(record, service, ids, handled))
  }
  const given = new Map(letters.filter(({ place }) => discarded.has(place)).map((letter) => [nameOf(letter), discarded.get(letter.place)]))
  // Its place among the others is that of its first letter: what waits behind it came after that.
  const firsts = [...Map.groupBy(letters, nameOf).values()].flatMap((ofOne) => ofOne.slice(0, 1))
  return firsts.map((letter) => {
    const status = statusOf(letter, given, handled)
    const reason = status === 'discarded' ? given.get(nameOf(letter)) : undefined
    return { ...letter, status, ...(reason && { reason }) }
  })
}

/** A command that comes again comes from another place; everything else lies where it lay. */
function nameOf(letter: Letter): string {
  if (isParkedCommand(letter)) return `${letter.service} ${letter.id}`
  return letter.original.topic === '' ? letter.place : `${letter.service} ${place(letter.original)}`
}

/** An event heard that was given up and put aside once more waits again, as its service sees it. */
function statusOf(letter: Letter, given: ReadonlyMap<string, unknown>, handled: ReadonlySet<string>): TracedLetter['status'] {
  const name = nameOf(letter)
  if (given.has(name) && (!isHeard(letter) || handled.has(name))) return 'discarded'
  return handled.has(name) ? 'done' : 'parked'
}

/** The last outcome of a command counts: it may have been put aside, decided, or put aside again. */
function noteOutcome(record: LogRecord, service: string, ids: ReadonlySet<string>, handled: Set<string>): void {
  const id = record.headers.causationId?.toString()
  if (id === undefined || !ids.has(id)) return
  if (answerOf(toCurrentEvent(record))?.code === 'COMMAND_PARKED') handled.delete(`${service} ${id}`)
  else handled.add(`${service} ${id}`)
}
