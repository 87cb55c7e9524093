import type { LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { deriveId } from '../../../services/shared/runtime/messaging/derive-id.ts'
import { decodeEnvelope, isDecodeFailure } from '../../../services/shared/runtime/messaging/record-codec.ts'
import type { Records } from '../audit/step.ts'
import { place } from '../log/current-event.ts'

/** How a commands partition stands to the events that answer it. */
export interface Standing {
  /** Owners go on with the command at this offset. */
  readonly answeredUpTo: number
  /** Commands before it that were never decided, because an earlier topic's commands had their places. */
  readonly passedOver: readonly LogRecord[]
}

/**
 * Holds a commands partition against its events. An event names its command by place and by id: in a topic that was made anew, the place
 * belongs to another command. One that was sent again further back counts as taken care of.
 * Memory: an id for each answered command.
 */
export async function standing(commands: Records, events: Records, commandsPartition: string): Promise<Standing> {
  const answered = new Map<number, string>()
  let answeredUpTo = 0
  for await (const { headers } of events) {
    const source = headers.source?.toString()
    if (!source?.startsWith(`${commandsPartition}/`)) continue
    const offset = Number(source.slice(commandsPartition.length + 1))
    answered.set(offset, String(headers.causationId))
    answeredUpTo = Math.max(answeredUpTo, offset + 1)
  }
  const passedOver = new Map<string, LogRecord>()
  for await (const command of commands) {
    const id = idOf(command)
    const isDecided = command.offset >= answeredUpTo || answered.get(command.offset) === id
    if (isDecided) passedOver.delete(id)
    else passedOver.set(id, command)
  }
  return { answeredUpTo, passedOver: [...passedOver.values()] }
}

/** As it stands in the outcome, also of what cannot be read. */
function idOf(command: LogRecord): string {
  const envelope = decodeEnvelope(command)
  return isDecodeFailure(envelope) ? deriveId(place(command)) : envelope.id
}
