import type { Examiner } from '../../../../../scripts/events/audit/examiner.ts'
import type { Step } from '../../../../../scripts/events/audit/step.ts'
import type { RecordedEvent } from '../../../../../services/shared/runtime/messaging/record-codec.ts'

/** Of one service `toy` with one partition; a command has version 0 and the place of its record is its source. */
export function recorded(
  topic: 'toy.commands' | 'toy.events',
  offset: number,
  envelope: Partial<RecordedEvent['envelope']>,
  data: unknown = {},
): RecordedEvent {
  const id = envelope.id ?? `${topic} ${offset}`
  return {
    topic,
    partition: 0,
    offset,
    envelope: {
      id,
      type: 'Add',
      schemaVersion: 1,
      aggregateId: 'a',
      version: 0,
      causationId: id,
      correlationId: id,
      time: '2026-01-02T03:04:05.000Z',
      ...envelope,
    },
    data,
  }
}

export const command = (offset: number, envelope: Partial<RecordedEvent['envelope']> = {}, data: unknown = {}): RecordedEvent =>
  recorded('toy.commands', offset, { id: `c${offset}`, ...envelope }, data)

/** Of the command `c<cause>`. */
export const event = (
  offset: number,
  cause: number,
  envelope: Partial<RecordedEvent['envelope']> = {},
  data: unknown = {},
): RecordedEvent =>
  recorded('toy.events', offset, { id: `e${offset}`, type: 'toy.Added', version: 1, causationId: `c${cause}`, ...envelope }, data)

export const answer = (offset: number, cause: number, code?: string): RecordedEvent =>
  event(
    offset,
    cause,
    { type: 'toy.CommandAnswered', version: 0 },
    {
      commandId: `c${cause}`,
      commandType: 'Add',
      outcome: code === undefined ? 'unchanged' : 'refused',
      ...(code !== undefined && { code }),
    },
  )

/** What was written for the command at an offset. */
export const step = (offset: number, outcome: Step['outcome'], given: Partial<Step> = {}): Step => ({
  service: 'toy',
  partition: 0,
  source: `toy.commands/0/${offset}`,
  command: command(offset),
  outcome,
  ...given,
})

/** What does not hold, in words. */
export function found(examiner: Examiner, steps: readonly Step[]): string[] {
  for (const one of steps) examiner.step?.(one)
  return told(examiner)
}

export const told = (examiner: Examiner): string[] =>
  examiner
    .checks()
    .filter(({ passed }) => !passed)
    .map(({ name, actual }) => `${name}: ${actual}`)
