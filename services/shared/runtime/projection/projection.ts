import type { Envelope } from '../../contracts/envelope.ts'
import type { Queries } from './database.ts'

/** An event on its way into rows. */
export interface ProjectedEvent<Data> {
  readonly data: Data
  readonly envelope: Envelope
}

/**
 * Event → rows, inside the transaction that also stores how far the topic was read. It sees each event once.
 * `Data` is what the schema of the event type says; the runtime has checked it. (`never` takes the projection of any data.)
 */
export type Project<Data = never> = (event: ProjectedEvent<Data>, queries: Queries) => Promise<void>

/** What a read model does with each type of event, by wire name. Types that are not in it are none of its business. */
export type ProjectionTable = Readonly<Record<string, Project>>
