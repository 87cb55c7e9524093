import type { TSchema } from 'typebox'
import { parkedRecord } from '../event-sourcing/parked-record.ts'
import type { SchemaVersions } from '../event-sourcing/schema-versions.ts'
import { deadLettersOf } from '../event-sourcing/topic-names.ts'
import { backOff } from '../kafka/back-off.ts'
import type { Assignment, EventLog, RecordBatch, TopicPartition } from '../kafka/event-log.ts'
import type { Logger } from '../kafka/kafka-logger.ts'
import { dataCheck } from '../kafka/record.ts'
import type { Metrics } from '../metrics.ts'
import type { Readiness } from '../operational-routes.ts'
import { applyBatches, ProjectionFailed, type Readable } from './apply-batches.ts'
import { outboxTable } from './change-feed.ts'
import { type Changes, createChanges } from './changes.ts'
import type { Database } from './database.ts'
import { gather } from './gather.ts'
import { ensureLive, generationsIn, generationTables } from './generations.ts'
import { Held } from './hold.ts'
import { beginPositions, readPositions } from './positions.ts'
import { type Projection, topicsOf } from './projection.ts'
import { projectionMetrics } from './projection-metrics.ts'
import { readBatch } from './read-batch.ts'
import { type Rebuilds, startRebuilds } from './rebuilds.ts'
import { RowsInTheWay } from './rows.ts'
import { tellChanges } from './tell-changes.ts'

export interface ProjectionsOptions {
  readonly service: string
  readonly eventLog: EventLog
  readonly database: Database
  readonly projections: readonly Projection[]
  /** By wire name: all events that exist, also those that no projection applies. */
  readonly eventSchemas: Readonly<Record<string, TSchema>>
  readonly eventVersions?: SchemaVersions
  readonly logger: Logger
  readonly metrics?: Metrics | undefined
  readonly clock: () => Date
}

/** A read model that follows its topics. */
export interface Projections extends Pick<Changes, 'untilFound'> {
  readonly rebuilds: Pick<Rebuilds, 'request' | 'state'>
  /**
   * Ready when all that was in the assigned partitions at their assignment has been applied. Once it is, a projection that fails does not
   * make it unready, because rows that stand still are better than none; it is named all the same.
   */
  ready(): Readiness
  /** Leaves the group after the batch at hand. Leaves event log and database open. */
  stop(): Promise<void>
}

/**
 * Milliseconds between transactions. One costs a few milliseconds of CPU however few events it has, so those that come close together share it;
 * half of this is added to the time until an event of a stream shows, and nothing to that of a lone one.
 */
const transactionEveryMs = 40
/** A projection that fails is told of the first time, and then now and then. */
const isTold = (failures: number): boolean => failures === 1 || failures % 30 === 0

/**
 * Keeps rows up to date with topics. Rows and positions are written in one transaction and reading resumes at the database's positions,
 * not the group's: no event is applied twice or left out, and a database that is lost is rebuilt from the beginning of the log.
 * A record that is no event is parked in `<service>.dlq`; SQL that fails is tried again until it works.
 */
export function startProjections(options: ProjectionsOptions): Projections {
  const { service, eventLog, database, projections, eventSchemas, eventVersions = {}, logger, clock } = options
  const metrics = projectionMetrics(options.metrics)
  const topics = [...new Set(projections.flatMap(topicsOf))]
  const reading = { check: dataCheck(eventSchemas), versions: eventVersions, known: new Set(Object.keys(eventSchemas)) }
  const forAll = { ...reading, applied: new Set(projections.flatMap(({ events }) => Object.keys(events))) }
  const changes = createChanges()
  const stopping = new AbortController()
  const { signal } = stopping
  const telling = tellChanges(eventLog, database, logger)
  const rebuilds = startRebuilds(projections, { eventLog, database, reading, signal }, logger)
  const apply = applyBatches(projections, database)
  /** What cannot go on → because of which projection, and why. */
  const failing = new Map<string, { readonly projection: string; readonly reason: string }>()
  let waitingFor: readonly string[] = ['tables', 'assignment']
  let newest: Assignment | undefined

  const noteFailure = (what: string, err: unknown, failures: number): void => {
    if (err instanceof Held || err instanceof RowsInTheWay) return
    const projection = err instanceof ProjectionFailed ? err.projection : 'database'
    failing.set(what, { projection, reason: err instanceof Error ? err.message : String(err) })
    metrics.failures.inc({ projection })
    metrics.failing.set({ projection }, 1)
    if (isTold(failures)) logger.error({ err, failures, what }, 'applying events failed, trying again')
  }
  /** It worked, or it is somebody else's now. */
  const noteEnd = (what: string): void => {
    const { projection } = failing.get(what) ?? {}
    failing.delete(what)
    const isOver = projection !== undefined && ![...failing.values()].some((other) => other.projection === projection)
    if (isOver) metrics.failing.set({ projection }, 0)
  }

  const persist = async <T>(what: string, work: () => Promise<T>, between: () => Promise<void> = async () => undefined): Promise<T> => {
    try {
      for (let failures = 1; ; failures += 1) {
        try {
          return await work()
        } catch (err) {
          if (signal.aborted) throw err
          noteFailure(what, err, failures)
          await backOff(Math.min(failures, 5), signal)
          await between()
        }
      }
    } finally {
      noteEnd(what)
    }
  }

  const applyTogether = gather<Readable>(async (batches) => {
    const end = metrics.transactionSeconds.startTimer()
    const { events, hasNews } = await apply(batches)
    end()
    for (const [projection, count] of events) if (count > 0) metrics.applied.inc({ projection }, count)
    if (hasNews) telling.wake()
  }, transactionEveryMs)

  const handle = async (batch: RecordBatch, heartbeat?: () => Promise<void>): Promise<void> => {
    const { events, unreadable } = readBatch(batch, forAll)
    if (unreadable.length > 0) {
      const time = clock().toISOString()
      await eventLog.produce(
        unreadable.map(({ record, failure: { failure, detail } }) =>
          parkedRecord(deadLettersOf(service), record, { service, code: failure, detail, time }),
        ),
      )
      metrics.parked.inc(unreadable.length)
      logger.warn({ topic: batch.topic, partition: batch.partition, parked: unreadable.length }, 'records parked')
    }
    const { topic, partition, nextOffset } = batch
    await persist(`${topic}/${partition}`, () => applyTogether({ topic, partition, events, nextOffset }), heartbeat)
    changes.notify()
  }

  /** Where the least advanced of the live generations is in each partition. */
  const leastPositions = async (partitions: readonly TopicPartition[]): Promise<(TopicPartition & { from: number })[]> => {
    const live = await generationsIn('live', projections, database)
    await beginPositions(
      live.flatMap(({ id, projection }) =>
        partitions.filter(({ topic }) => topicsOf(projection).includes(topic)).map((partition) => ({ generation: id, ...partition })),
      ),
      database,
    )
    const positions = await readPositions(
      live.map(({ id }) => id),
      database,
    )
    return partitions.map(({ topic, partition }) => ({
      topic,
      partition,
      from: Math.min(...positions.filter((at) => at.topic === topic && at.partition === partition).map(({ nextOffset }) => nextOffset)),
    }))
  }

  /** Reads what is there already, then hands over to the group's delivery. */
  const begin = async (assignment: Assignment): Promise<void> => {
    newest = assignment
    waitingFor = ['events from before the start']
    rebuilds.wake()
    await persist('catching up', async () => {
      if (newest !== assignment) return
      for await (const batch of eventLog.readPartitions(await leastPositions(assignment.partitions))) await handle(batch)
      for (const { from, ...partition } of await leastPositions(assignment.partitions)) assignment.deliverFrom(partition, from)
      if (newest === assignment) waitingFor = []
    })
  }

  const subscription = persist('tables', async () => {
    for (const statement of [...generationTables, outboxTable]) await database.query(statement)
    for (const projection of projections) await database.transaction((queries) => ensureLive(projection, queries))
    telling.wake()
  }).then(() =>
    eventLog.subscribe({
      group: `${service}.projections`,
      topics,
      onAssigned: (assignment) => void begin(assignment).catch((err) => logger.debug({ err }, 'stopped while catching up')),
      onBatch: (batch, { heartbeat }) => handle(batch, heartbeat),
    }),
  )
  subscription.catch((err) => logger.debug({ err }, 'stopped before the tables were made'))

  return {
    untilFound: changes.untilFound,
    rebuilds,
    ready: () => ({
      ready: waitingFor.length === 0,
      waitingFor: [...waitingFor, ...new Set([...failing.values()].map(({ reason }) => reason))],
    }),
    stop: async () => {
      stopping.abort()
      await subscription.then((running) => running.stop()).catch(() => undefined)
      await Promise.all([telling.stop(), rebuilds.stop()])
    },
  }
}
