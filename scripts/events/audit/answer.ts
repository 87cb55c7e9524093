import { Value } from 'typebox/value'
import { CommandAnswered } from '../../../services/shared/contracts/command-answered.ts'
import type { RecordedEvent } from '../../../services/shared/runtime/messaging/record-codec.ts'
import { isUnreadable, type Unreadable } from '../log/current-event.ts'

/** What a record says of a command that changed nothing; undefined when it is something else. */
export function answerOf(event: RecordedEvent | Unreadable): CommandAnswered | undefined {
  if (isUnreadable(event) || !event.envelope.type.endsWith('.CommandAnswered')) return undefined
  return Value.Check(CommandAnswered, event.data) ? event.data : undefined
}
