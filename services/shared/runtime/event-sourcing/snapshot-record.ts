import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { SnapshotFormat } from '../decider.ts'
import type { LogRecord, OutgoingRecord } from '../kafka/event-log.ts'
import type { Aggregate } from './aggregates.ts'
import { parkingOf } from './parking.ts'
import { snapshotsOf } from './topic-names.ts'

const Offset = Type.Integer({ minimum: 0 })

/** Value of a record in `<service>.snapshots`, keyed by aggregate id. */
const Snapshot = Type.Object({
  /** Of the fold that made the state. */
  foldVersion: Type.Integer(),
  version: Type.Integer({ minimum: 0 }),
  /** The state is that after all commands below this offset. */
  commandsOffset: Offset,
  /** No event from before this offset is missing in the snapshots of the whole partition, as of this one. */
  recoverFrom: Offset,
  waiting: Type.Array(Type.String()),
  settled: Type.Array(Type.String()),
  state: Type.Unknown(),
})
type Snapshot = Static<typeof Snapshot>
const snapshotSchema = Compile(Snapshot)

/** Where the partition stands with a snapshot: see the fields of the same names. */
export type SnapshotPosition = Pick<Snapshot, 'commandsOffset' | 'recoverFrom'>

/** Must stay below Kafka's limit of 1 MiB per batch. */
export const maxSnapshotBytes = 900 * 1024

/** State, version and parked commands of one aggregate → its snapshot. */
export function snapshotRecord<State>(
  service: string,
  partition: number,
  { foldVersion, toJson }: SnapshotFormat<State>,
  aggregateId: string,
  { state, version, parking }: Aggregate<State>,
  position: SnapshotPosition,
): OutgoingRecord {
  const [waiting, settled] = [parking?.waiting.toArray() ?? [], parking?.settled.toArray() ?? []]
  const snapshot: Snapshot = { foldVersion, version, ...position, waiting, settled, state: toJson(state) }
  return { topic: snapshotsOf(service), partition, key: aggregateId, value: JSON.stringify(snapshot), headers: {} }
}

/** Removes a snapshot that belongs to no aggregate. */
export const tombstone = (service: string, partition: number, key: string): OutgoingRecord => ({
  topic: snapshotsOf(service),
  partition,
  key,
  value: null,
  headers: {},
})

export interface ReadSnapshot<State> {
  readonly aggregate: Aggregate<State>
  readonly position: SnapshotPosition
}

/** A record of the snapshots topic → its aggregate, or in words why it cannot be used. */
export function snapshotReader<State>({ foldVersion, schema, fromJson }: SnapshotFormat<State>) {
  const stateSchema = Compile(schema)
  return ({ value }: LogRecord): ReadSnapshot<State> | string => {
    try {
      const json: unknown = JSON.parse(String(value))
      if (!snapshotSchema.Check(json)) return 'it is no snapshot'
      if (json.foldVersion !== foldVersion) return `it is of fold ${json.foldVersion}, not ${foldVersion}`
      if (!stateSchema.Check(json.state)) return 'its state does not fit the schema'
      const { version, commandsOffset, recoverFrom, waiting, settled } = json
      const parking = waiting.length + settled.length > 0 && { parking: parkingOf(waiting, settled) }
      return { aggregate: { state: fromJson(json.state), version, ...parking }, position: { commandsOffset, recoverFrom } }
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
}
