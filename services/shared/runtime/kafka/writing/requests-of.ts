import { recordBytes } from '../client/kafkajs-messages.ts'
import type { OutgoingRecord } from '../event-log.ts'

/**
 * Records → requests, in order. A single record may be larger than a request.
 * @param maxBytes a request's records of one partition must stay below the broker's `message.max.bytes` (1 MiB)
 */
export function requestsOf(records: readonly OutgoingRecord[], maxBytes: number): OutgoingRecord[][] {
  const requests: OutgoingRecord[][] = []
  let room = 0
  for (const record of records) {
    const bytes = recordBytes(record)
    room -= bytes
    if (room < 0 || requests.length === 0) {
      requests.push([])
      room = maxBytes - bytes
    }
    requests.at(-1)?.push(record)
  }
  return requests
}
