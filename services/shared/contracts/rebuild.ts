import { type Static, type TSchema, Type } from 'typebox'
import { Time } from './values.ts'

const Milliseconds = Type.Integer({ minimum: 0 })
const OldAndNew = <Value extends TSchema>(value: Value) => Type.Object({ old: value, new: value })
const Count = Type.Integer({ minimum: 0 })

/** By column. */
const Row = Type.Record(Type.String(), Type.Unknown())

/** What a rebuild found out. */
export const RebuildReport = Type.Object({
  rows: OldAndNew(Count),
  /** SHA-256 over all rows in the order of their keys. */
  hash: OldAndNew(Type.String()),
  /** Rows that are otherwise now, and the first of them. */
  differing: Count,
  differences: Type.Array(Type.Object({ key: Type.String(), old: Type.Optional(Row), new: Type.Optional(Row) })),
  events: Count,
  buildMs: Milliseconds,
  /** In which no events were applied, because old and new rows were compared. */
  holdMs: Milliseconds,
})
export type RebuildReport = Static<typeof RebuildReport>

/** order-history `GET /operations/rebuilds/{id}`, and its answer to the request. */
export const Rebuild = Type.Object({
  id: Count,
  projection: Type.String(),
  state: Type.Enum(['live', 'building', 'kept', 'dropped', 'failed']),
  begunAt: Time,
  endedAt: Type.Optional(Time),
  /** Offsets of the log. */
  progress: Type.Object({ done: Count, of: Count }),
  report: Type.Optional(RebuildReport),
  failure: Type.Optional(Type.String()),
})
export type Rebuild = Static<typeof Rebuild>
