import { parseInstant } from '../../../services/shared/contracts/instant.ts'
import type { RecordedEvent } from '../../../services/shared/runtime/messaging/record-codec.ts'
import { UsageError } from '../../cli/command-error.ts'
import type { AggregateHistory } from '../log/aggregate.ts'

/** An aggregate as it was. */
export interface StateAt {
  readonly version: number
  /** RFC 3339, of the last event that it knows; undefined before the first. */
  readonly since: string | undefined
  /** JSON, as in a snapshot. */
  readonly state: unknown
}

export const momentMeaning = 'A version is a number (7), a time is RFC 3339 (2026-01-31T12:00:00Z) and includes what happened at it.'

const isVersion = (moment: string): boolean => /^\d{1,9}$/.test(moment)

/** @throws UsageError when the text is neither a version nor a time */
function isBy(moment: string): (event: RecordedEvent) => boolean {
  if (isVersion(moment)) return ({ envelope }) => envelope.version <= Number(moment)
  // No day alone: it would be its first instant, which nobody means.
  const time = parseInstant(moment)
  if (time === undefined) throw new UsageError(`'${moment}' is neither a version (7) nor a time (2026-01-31T12:00:00Z)`)
  return ({ envelope }) => Date.parse(envelope.time) <= time
}

/** A moment as it was typed, before anything is read for it. @throws UsageError */
export function typedMoment(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined
  isBy(text)
  return text
}

/** The events up to a moment; all of them without one. @throws UsageError */
export function eventsBy(events: readonly RecordedEvent[], moment: string | undefined): readonly RecordedEvent[] {
  if (moment === undefined) return events
  const isBefore = isBy(moment)
  const end = events.findIndex((event) => !isBefore(event))
  return end === -1 ? events : events.slice(0, end)
}

/** Folds the events up to a moment. @throws UsageError, Error when it is a version that has not come yet */
export function stateAt({ name, rules: { decider }, events }: AggregateHistory, moment: string | undefined): StateAt {
  const newest = events.at(-1)?.envelope.version ?? 0
  if (moment !== undefined && isVersion(moment) && Number(moment) > newest) throw new Error(`${name} is at version ${newest} only`)
  const known = eventsBy(events, moment)
  const state = known.reduce((folded, { envelope: { type }, data }) => decider.evolve(folded, { type, data }), decider.initial)
  const last = known.at(-1)?.envelope
  return { version: last?.version ?? 0, since: last?.time, state: decider.snapshot ? decider.snapshot.toJson(state) : state }
}
