import type { TSchema } from 'typebox'
import type { SchemaVersions } from '../event-sourcing/schema-versions.ts'
import { backOff } from '../kafka/back-off.ts'
import type { Assignment, EventLog, RecordBatch, TopicPartition } from '../kafka/event-log.ts'
import type { Logger } from '../kafka/kafka-logger.ts'
import { dataCheck, type RecordedEvent } from '../kafka/record.ts'
import type { Metrics } from '../metrics.ts'
import type { Readiness } from '../operational-routes.ts'
import { applyBatches, type Readable } from './apply-batches.ts'
import { applyOrPark } from './apply-or-park.ts'
import { aroundOthers } from './around-others.ts'
import { createArrival } from './arrival.ts'
import { outboxTable } from './change-feed.ts'
import { type Changes, createChanges } from './changes.ts'
import type { Database } from './database.ts'
import { createFailing } from './failing.ts'
import { gather } from './gather.ts'
import { ensureLive, generationTables } from './generations.ts'
import { leastPositions } from './least-positions.ts'
import { createParking } from './parking.ts'
import { type Projection, topicsOf } from './projection.ts'
import { projectionMetrics } from './projection-metrics.ts'
import { readBatch } from './read-batch.ts'
import { type Rebuilds, startRebuilds } from './rebuilds.ts'
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
   * Ready when all that was in the assigned partitions at their assignment has been applied, so that a release whose SQL fails takes no
   * working one's place. Once it is, a projection that fails does not make it unready, because rows that stand still are better than none;
   * it is named all the same.
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
const olderEvents = 'events from before the start'
/** What fails is told of the first time, and then now and then. */
const isTold = (failures: number): boolean => failures === 1 || failures % 30 === 0

/**
 * Keeps rows up to date with topics. Rows and positions are written in one transaction and reading resumes at the database's positions,
 * not the group's: no event is applied twice or left out, and a database that is lost is rebuilt from the beginning of the log.
 * What cannot be applied is parked in `<service>.dlq` when the record itself is at fault: it is no event, or has a value that the database
 * can never store. Other SQL that fails is tried again until it works; only its partition waits.
 */
export function startProjections(options: ProjectionsOptions): Projections {
  const { service, eventLog, database, projections, eventSchemas, eventVersions = {}, logger } = options
  const metrics = projectionMetrics(options.metrics)
  const topics = [...new Set(projections.flatMap(topicsOf))]
  const reading = { check: dataCheck(eventSchemas), versions: eventVersions, known: new Set(Object.keys(eventSchemas)) }
  const forAll = { ...reading, applied: new Set(projections.flatMap(({ events }) => Object.keys(events))) }
  const changes = createChanges()
  const stopping = new AbortController()
  const { signal } = stopping
  const telling = tellChanges(eventLog, database, logger)
  const rebuilds = startRebuilds(projections, { eventLog, database, reading, signal }, logger, telling.wake)
  const apply = applyBatches(projections, database)
  const parking = createParking(options, metrics.parked)
  const failing = createFailing(metrics)
  let waitingFor: readonly string[] = ['tables', 'assignment']
  let newest: Assignment | undefined
  let arrival = createArrival()
  let hasArrived = false

  /** Once true, it stays. */
  const haveArrived = (): boolean => {
    hasArrived ||= waitingFor.length === 0 && arrival.isComplete()
    return hasArrived
  }

  const persist = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    try {
      for (let failures = 1; ; failures += 1) {
        try {
          return await work()
        } catch (err) {
          if (signal.aborted) throw err
          failing.failed(what, err)
          if (isTold(failures)) logger.error({ err, failures, what }, 'following the topics failed, trying again')
          await backOff(Math.min(failures, 5), signal)
        }
      }
    } finally {
      failing.ended(what)
    }
  }

  const applyTogether = gather<Readable>(async (batches) => {
    const end = metrics.transactionSeconds.startTimer()
    const { events, hasNews } = await apply(batches)
    end()
    for (const [projection, count] of events) if (count > 0) metrics.applied.inc({ projection }, count)
    if (hasNews) telling.wake()
  }, transactionEveryMs)

  /** @throws what keeps the batch from being applied: it is to come again */
  const handle = async (batch: RecordBatch): Promise<void> => {
    const { topic, partition, nextOffset, records } = batch
    const { events, unreadable } = readBatch(batch, forAll)
    await parking.park(unreadable.map(({ record, failure: { failure, detail } }) => ({ record, code: failure, detail })))
    const parkRefused = (event: RecordedEvent, detail: string): Promise<void> =>
      parking.park(records.filter(({ offset }) => offset === event.offset).map((record) => ({ record, code: 'ROW_REFUSED', detail })))
    try {
      await applyOrPark({ topic, partition, events, nextOffset }, (part) => aroundOthers(() => applyTogether(part), signal), parkRefused)
    } catch (err) {
      if (!signal.aborted && isIn(newest, keyOf(batch))) failing.failed(keyOf(batch), err)
      throw err
    }
    failing.ended(keyOf(batch))
    parking.settle(batch)
    arrival.applied(batch, nextOffset)
    changes.notify()
  }

  /** Reads what is there already, then hands over to the group's delivery; at once what cannot be applied, to be tried again there. */
  const begin = async (assignment: Assignment): Promise<void> => {
    haveArrived()
    newest = assignment
    waitingFor = [olderEvents]
    arrival = createArrival()
    failing.endedExcept((what) => isIn(assignment, what))
    rebuilds.wake()
    const { found } = arrival
    const open = new Map(assignment.partitions.map((partition) => [keyOf(partition), partition]))
    const handOver = async (partitions: readonly TopicPartition[]): Promise<void> => {
      for (const { from, ...partition } of await leastPositions(partitions, projections, database)) {
        open.delete(keyOf(partition))
        assignment.deliverFrom(partition, from)
      }
    }
    await persist('catching up', async () => {
      for await (const batch of eventLog.readPartitions(await leastPositions([...open.values()], projections, database))) {
        if (newest !== assignment || signal.aborted) return
        found(batch)
        if (!open.has(keyOf(batch))) continue
        await handle(batch).catch((err) => {
          logger.debug({ err }, 'batch not applied while catching up')
          return handOver([batch])
        })
      }
      await handOver([...open.values()])
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
      onBatch: handle,
    }),
  )
  subscription.catch((err) => logger.debug({ err }, 'stopped before the tables were made'))

  return {
    untilFound: changes.untilFound,
    rebuilds,
    ready: () => {
      const waiting = waitingFor.length === 0 && !haveArrived() ? [olderEvents] : waitingFor
      return { ready: waiting.length === 0, waitingFor: [...waiting, ...failing.reasons()] }
    },
    stop: async () => {
      stopping.abort()
      await subscription.then((running) => running.stop()).catch(() => undefined)
      await Promise.all([telling.stop(), rebuilds.stop()])
    },
  }
}

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`

const isIn = (assignment: Assignment | undefined, key: string): boolean =>
  assignment?.partitions.some((partition) => keyOf(partition) === key) === true
