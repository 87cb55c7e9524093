import type { TopicPartition } from '../../kafka/event-log.ts'
import type { RecordedEvent } from '../../messaging/record-codec.ts'
import type { Database, Queries } from '../database/database.ts'
import { DatabaseUnavailable } from '../database/database-unavailable.ts'
import { WriteConflict } from '../database/rows.ts'
import { appendToOutbox } from '../outbox/outbox.ts'
import { type Projection, topicsOf } from '../projection.ts'
import { notifyReaders } from '../read/row-changes.ts'
import { type Generation, generationsIn } from '../rebuild/generations.ts'
import { acquireShared } from '../rebuild/writer-lock.ts'
import { foldInto } from './fold-into.ts'
import { beginPositions, lockPositions, movePositions } from './positions.ts'

/** Events of one partition that follow each other, and where they end. */
export interface Readable extends TopicPartition {
  readonly events: readonly RecordedEvent[]
  readonly nextOffset: number
}

/** What a transaction did. */
export interface Applied {
  /** By name of the projection. */
  readonly events: ReadonlyMap<string, number>
  /** There are changes in the outbox. */
  readonly hasNews: boolean
}

/** A projection could not be brought up to date; the cause says why. */
export class ProjectionFailed extends Error {
  override readonly name = 'ProjectionFailed'
  readonly projection: string

  constructor(projection: string, cause: unknown) {
    super(`${projection}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.projection = projection
  }
}

/** Applies batches to the live rows of projections. @throws WritersPaused, ProjectionFailed, WriteConflict, DatabaseUnavailable */
export type ApplyBatches = (batches: readonly Readable[]) => Promise<Applied>

/**
 * Rows of all projections, their positions and the outbox change in one transaction, or not at all.
 * Events that a projection has already are passed over.
 */
export function applyBatches(projections: readonly Projection[], database: Database): ApplyBatches {
  let known: { readonly epoch: number; readonly live: readonly Generation[] } | undefined

  const liveAt = async (epoch: number, queries: Queries): Promise<readonly Generation[]> => {
    if (known?.epoch !== epoch) known = { epoch, live: await generationsIn('live', projections, queries) }
    return known.live
  }

  return (batches) =>
    database.transaction(async (queries) => {
      const live = await liveAt(await acquireShared(queries), queries)
      const fed = live.map((generation) => ({ ...generation, batches: batches.filter(({ topic }) => feeds(topic, generation)) }))
      const at = await lockedPositions(fed, queries)
      const counts = new Map<string, number>()
      const changed: string[] = []
      let hasNews = false
      for (const { id, projection, tableName, feedEpoch, batches: own } of fed) {
        const news = own.flatMap((batch) => batch.events.filter(({ offset }) => offset >= at(id, batch)))
        const changes = await foldInto(projection, tableName, news, queries).catch((cause: unknown) => {
          throw failureOf(projection, cause)
        })
        await appendToOutbox({ feedEpoch, projection }, changes, queries)
        if (projection.awaited) changed.push(...changes.map(({ key }) => key))
        hasNews ||= projection.feed !== undefined && changes.length > 0
        counts.set(projection.name, news.length)
      }
      const moved = fed.flatMap(({ id, batches: own }) =>
        own
          .filter((batch) => batch.nextOffset > at(id, batch))
          .map(({ topic, partition, nextOffset }) => ({ generation: id, topic, partition, nextOffset })),
      )
      await movePositions(moved, queries)
      await notifyReaders(changed, queries)
      return { events: counts, hasNews }
    })
}

const feeds = (topic: string, { projection }: Generation): boolean => topicsOf(projection).includes(topic)

/** Another writer's row is no failure of the projection, nor is a database that has gone. */
const failureOf = ({ name }: Projection, cause: unknown): unknown =>
  cause instanceof WriteConflict || cause instanceof DatabaseUnavailable ? cause : new ProjectionFailed(name, cause)

/** @returns where each generation stands in a partition, for as long as the transaction lasts */
async function lockedPositions(
  fed: readonly (Pick<Generation, 'id'> & { readonly batches: readonly Readable[] })[],
  queries: Queries,
): Promise<(generation: number, partition: TopicPartition) => number> {
  const wanted = fed.flatMap(({ id, batches }) => batches.map(({ topic, partition }) => ({ generation: id, topic, partition })))
  const ids = fed.map(({ id }) => id)
  const partitions = fed.flatMap(({ batches }) => batches)
  let positions = await lockPositions(ids, partitions, queries)
  if (new Set(wanted.map(keyOf)).size > new Set(positions.map(keyOf)).size) {
    await beginPositions(wanted, queries)
    positions = await lockPositions(ids, partitions, queries)
  }
  const offsets = new Map(positions.map((position) => [keyOf(position), position.nextOffset]))
  return (generation, { topic, partition }) => offsets.get(keyOf({ generation, topic, partition })) ?? 0
}

const keyOf = ({ generation, topic, partition }: TopicPartition & { readonly generation: number }): string =>
  `${generation}/${topic}/${partition}`
