import type { RecordedEvent } from '../../../services/shared/runtime/kafka/record.ts'
import { UsageError } from '../command.ts'
import type { AggregateHistory } from '../log/aggregate.ts'

/** An aggregate as it was. */
export interface StateAt {
  readonly version: number
  /** RFC 3339, of the last event that it knows; undefined before the first. */
  readonly since: string | undefined
  /** JSON, as in a snapshot. */
  readonly state: unknown
}

/**
 * A version (`7`), or a moment in RFC 3339.
 * @throws UsageError when it is neither
 */
export function parseMoment(text: string): (event: RecordedEvent) => boolean {
  if (/^\d{1,9}$/.test(text)) return ({ envelope }) => envelope.version <= Number(text)
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw new UsageError(`'${text}' is neither a version (7) nor a moment (2026-01-31T12:00:00Z)`)
  return ({ envelope }) => Date.parse(envelope.time) <= time
}

/** Folds the events up to a moment. @throws UsageError */
export function stateAt({ rules: { decider }, events }: AggregateHistory, moment: string): StateAt {
  const isBefore = parseMoment(moment)
  const end = events.findIndex((event) => !isBefore(event))
  const known = end === -1 ? events : events.slice(0, end)
  const state = known.reduce((folded, { envelope: { type }, data }) => decider.evolve(folded, { type, data }), decider.initial)
  const last = known.at(-1)?.envelope
  return { version: last?.version ?? 0, since: last?.time, state: decider.snapshot ? decider.snapshot.toJson(state) : state }
}
