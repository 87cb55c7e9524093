import type { LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
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
      topic: header('dlq.topic'),
      partition: Number(header('dlq.partition')),
      offset: Number(header('dlq.offset')),
      key: record.key,
      value: record.value,
      headers,
    },
  }
}

/** The letter holds a command to the service that put it aside. */
export const isCommand = ({ service, original }: Letter): boolean => original.topic === `${service}.commands`

/** Codes of records that do not even say what they are: whose they were cannot be known. */
const garbageCodes = ['HEADERS_INVALID', 'KEY_INVALID']

/** The letter is a command that its aggregate waits for. */
export const holdsUpKey = (letter: Letter): boolean => isCommand(letter) && !garbageCodes.includes(letter.code)
