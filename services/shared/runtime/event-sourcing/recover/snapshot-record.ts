import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { LogRecord, OutgoingRecord } from '../../kafka/event-log.ts'
import { snapshotsOf } from '../../messaging/topic-names.ts'
import type { SnapshotFormat } from '../decider.ts'
import { quarantineOf } from '../quarantine/quarantine.ts'
import { chunks } from './chunking.ts'
import type { Aggregate } from './partition-state.ts'

const Offset = Type.Integer({ minimum: 0 })

/** Value in `<service>.snapshots`, keyed by aggregate id; a long one in parts. */
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

/** Far enough below Kafka's limit of 1 MiB per batch. */
const maxPartBytes = 512 * 1024

/** State, version and parked commands of one aggregate → its snapshot, to be written in one transaction: one record, or several parts. */
export function snapshotRecords<State>(
  service: string,
  partition: number,
  { foldVersion, toJson }: SnapshotFormat<State>,
  aggregateId: string,
  { state, version, quarantine }: Aggregate<State>,
  position: SnapshotPosition,
): OutgoingRecord[] {
  const [waiting, settled] = [quarantine?.waiting.toArray() ?? [], quarantine?.released.toArray() ?? []]
  const snapshot: Snapshot = { foldVersion, version, ...position, waiting, settled, state: toJson(state) }
  return chunks({ topic: snapshotsOf(service), partition, key: aggregateId, value: JSON.stringify(snapshot), headers: {} }, maxPartBytes)
}

/** Removes a snapshot that belongs to no aggregate. Parts that it may have had stay, and are not read. */
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
  readonly bytes: number
}

/** A snapshot, joined again if it came in parts → its aggregate, or in words why it cannot be used. */
export function snapshotReader<State>({ foldVersion, schema, fromJson }: SnapshotFormat<State>) {
  const stateSchema = Compile(schema)
  return ({ value }: LogRecord): ReadSnapshot<State> | string => {
    try {
      const text = String(value)
      const json: unknown = JSON.parse(text)
      if (!snapshotSchema.Check(json)) return 'it is no snapshot'
      if (json.foldVersion !== foldVersion) return `it is of fold ${json.foldVersion}, not ${foldVersion}`
      if (!stateSchema.Check(json.state)) return 'its state does not fit the schema'
      const { version, commandsOffset, recoverFrom, waiting, settled } = json
      const quarantine = waiting.length + settled.length > 0 && { quarantine: quarantineOf(waiting, settled) }
      const aggregate = { state: fromJson(json.state), version, ...quarantine }
      return { aggregate, position: { commandsOffset, recoverFrom }, bytes: text.length }
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
}
