import { eventSchemas } from '../../../services/shared/contracts/events/events.ts'
import { eventVersions } from '../../../services/shared/contracts/events/versions.ts'
import { react } from '../../../services/shared/runtime/event-sourcing/index.ts'
import type { OutgoingRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { resolutionRecord } from '../../../services/shared/runtime/messaging/dead-letter.ts'
import { dataCheck } from '../../../services/shared/runtime/messaging/record-codec.ts'
import type { ServiceRules } from '../rules.ts'
import { isCommand, isParkedCommand, type Letter } from './letter.ts'

/** Header of a command that was sent again: the place of its letter. */
const redriveHeader = 'redrive.of'

const checkEvent = dataCheck(eventSchemas)

/** What is to be written so that a letter's record is handled after all. */
export interface Redriven {
  readonly commands: readonly OutgoingRecord[]
  /** To be written after the commands, so that whoever stops in between does it again: the service need not hold up later events any more. */
  readonly notes: readonly OutgoingRecord[]
}

/** What becomes of a letter that is to be sent again. */
export type RedriveResult = Redriven | { readonly impossible: string }

/**
 * A letter → commands and notes, or why that is impossible.
 * A command goes back to its topic under its own id; an event is reacted to again, which gives commands with the ids that they would have had:
 * whoever does it twice has done it once.
 * @param time RFC 3339
 * @param value of the command instead of the one that was put aside
 */
export function redrivenRecords(
  rules: Readonly<Record<string, ServiceRules>>,
  letter: Letter,
  time: string,
  value?: string,
): RedriveResult {
  const { service, original, isCut } = letter
  const evidence = { [redriveHeader]: letter.place, 'redrive.time': time }
  if (isCut && value === undefined) return { impossible: 'its value was too large to be kept: ask the sender' }
  if (isCommand(letter)) {
    if (!isParkedCommand(letter)) return { impossible: 'its headers name no command: it is garbage, and holds up nobody' }
    const { topic, partition, key, headers } = original
    return { commands: [{ topic, partition, key, value: value ?? original.value, headers: { ...headers, ...evidence } }], notes: [] }
  }
  if (value !== undefined) return { impossible: 'it is an event, which has happened: only commands can be corrected' }
  if (original.topic === `${service}.events`)
    return { impossible: 'it lies among the events of the service and is none: somebody else wrote it' }
  const own = rules[service]
  if (!own) return { impossible: `rows of ${service} are made again by: npx breakwater events rebuild` }
  const { records, parked } = react({ service, reactions: own.reactions, checkEvent, versions: eventVersions }, original, time)
  if (parked) return { impossible: `${parked.code}: ${parked.detail}` }
  return {
    commands: records.map((record) => ({ ...record, headers: { ...record.headers, ...evidence } })),
    notes: [resolutionRecord({ service, deadLetter: letter.place, origin: original, resolution: 'redriven', time })],
  }
}
