import type { Envelope } from '../../contracts/envelope.ts'
import { eventsOf } from '../messaging/topic-names.ts'
import type { Row, RowOf, Table } from './database/table.ts'

/** An event on its way into rows. `Data` is what the schema of its type says, in the current version; the runtime has checked it. */
export interface ProjectedEvent<Data> {
  readonly data: Data
  readonly envelope: Envelope
}

/** How one event changes one row. */
export interface Change<R> {
  /** Of the row. */
  readonly key: string
  /** The row as it was (undefined: there is none) → as it is. The same row, or none, when the event changes nothing. Pure. */
  readonly fold: (row: R | undefined) => R | undefined
}

/** (`never` takes the projection of any data.) */
export type Project<R, Data = never> = (event: ProjectedEvent<Data>) => Change<R>

/** A read model: one table that is a fold of the events, and can be made again from them at any time. */
export interface Projection<R = Row> {
  /** `order-list` */
  readonly name: string
  /** One more when the table or the meaning of its columns changes: releases of both versions run side by side for a while. */
  readonly version: number
  readonly table: Table
  /** By wire name. Types that are not in it are none of its business. */
  readonly events: Readonly<Record<string, Project<R>>>
  /** Tells changes of rows to others. */
  readonly feed?: Feed<R>
  /** Readers wait for its rows: they are woken when one has changed. */
  readonly awaited?: boolean
}

export interface Feed<R = Row> {
  readonly topic: string
  /** From 1 on: grows with each change that events make of a row, and is the same for the same row whenever it is made. */
  readonly version: (row: R) => number
}

/** Checks the rows' types, then forgets them: the runtime moves rows of any shape. */
export const projection = <T extends Table>(definition: Projection<RowOf<T>> & { readonly table: T }): Projection =>
  definition as unknown as Projection

/** What tells one shape of a projection from another: `order-list@1`. */
export const identityOf = ({ name, version }: Projection): string => `${name}@${version}`

/** Where its rows are read, whichever generation is live. */
export const viewOf = ({ table, version }: Pick<Projection, 'table' | 'version'>): string => `${table.name}_v${version}`

/** Where one generation has its rows. */
export const tableNameOf = (of: Pick<Projection, 'table' | 'version'>, generation: number): string => `${viewOf(of)}_g${generation}`

/** Topics whose events it folds. */
export const topicsOf = ({ events }: Projection): string[] => [
  ...new Set(Object.keys(events).map((type) => eventsOf(type.slice(0, type.indexOf('.'))))),
]
