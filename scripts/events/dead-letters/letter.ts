import { commandsTopic, deadLetterTopic, eventsTopic } from '../../../services/shared/contracts/topology.ts'
import type { LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { isGarbage, originOf } from '../../../services/shared/runtime/messaging/dead-letter.ts'
import { eventSourcedNames } from '../../../services/shop.ts'
import { place } from '../log/current-event.ts'

/** A record that a service put aside, and why. */
export interface Letter {
  /** Of the letter itself, `topic/partition/offset`. */
  readonly place: string
  /** Who put it aside. */
  readonly service: string
  readonly code: string
  readonly detail: string
  /** RFC 3339, when it was put aside. */
  readonly time: string
  /** Header `id` of the record: of a command, the command's id. */
  readonly id: string
  readonly type: string
  readonly key: string | undefined
  /** The value was too large to be kept whole. */
  readonly isCut: boolean
  /** The record as it was, where it was. */
  readonly original: LogRecord
}

/** Of a record that somebody else wrote. */
const nowhere = { topic: '', partition: 0, offset: 0 }

/** A record of a dead letter topic → the letter. */
export function toLetter(record: LogRecord): Letter {
  const header = (name: string): string => record.headers[name]?.toString() ?? ''
  const headers = Object.fromEntries(Object.entries(record.headers).filter(([name]) => !name.startsWith('dlq.')))
  return {
    place: place(record),
    service: header('dlq.service'),
    code: header('dlq.code'),
    detail: header('dlq.detail'),
    time: header('dlq.time'),
    id: header('id'),
    type: header('type'),
    key: record.key?.toString(),
    isCut: header('dlq.value-bytes') !== '',
    original: {
      ...(originOf(record) ?? nowhere),
      key: record.key,
      value: record.value,
      headers,
    },
  }
}

/** Whose letters a dead letter topic holds. */
export const serviceOf = (topic: string): string => topic.slice(0, -deadLetterTopic('').length)

/** The letter holds a command to the service that put it aside. */
export const isCommand = ({ service, original }: Letter): boolean => original.topic === commandsTopic(service)

/** The letter holds an event of another service that leads to commands; rows of the query side are not made from letters. */
export const isHeard = ({ service, original }: Letter): boolean =>
  (eventSourcedNames as readonly string[]).includes(service) && ![commandsTopic(service), eventsTopic(service)].includes(original.topic)

/**
 * Records with the same queue have to be handled one after the other: commands of one aggregate, or events of one that a service hears.
 * @returns undefined when nothing waits behind the letter
 */
export const queueOf = (letter: Letter): string | undefined =>
  (isCommand(letter) || isHeard(letter)) && !isGarbage(letter.code) ? `${letter.service} ${letter.original.topic} ${letter.key}` : undefined

/** The letter is a command that its aggregate waits for. */
export const isParkedCommand = (letter: Letter): boolean => isCommand(letter) && queueOf(letter) !== undefined
