import type { TSchema } from 'typebox'
import type { Readiness } from '../http/operational-routes.ts'
import { backOff, isLogged } from '../kafka/back-off.ts'
import type { Logger } from '../kafka/client/kafka-logger.ts'
import { type Assignment, type EventLog, type LogRecord, partitionName, type RecordBatch, type TopicPartition } from '../kafka/event-log.ts'
import { type BrokerNames, renameLog } from '../kafka/rename-log.ts'
import { dataCheck, type RecordedEvent } from '../messaging/record-codec.ts'
import type { SchemaVersions } from '../messaging/schema-versions.ts'
import { endingSpans, traceRecords } from '../messaging/trace-records.ts'
import type { Metrics } from '../process/metrics.ts'
import type { Database } from './database/database.ts'
import { DatabaseUnavailable } from './database/database-unavailable.ts'
import { ensureTables } from './ensure-tables.ts'
import { applyBatches, type Readable } from './fold/apply-batches.ts'
import { applyOrQuarantine } from './fold/apply-or-quarantine.ts'
import { batcher } from './fold/batcher.ts'
import { createCatchUp } from './fold/catch-up.ts'
import { createFailureRegistry } from './fold/failure-registry.ts'
import { leastPositions } from './fold/positions.ts'
import { createQuarantine } from './fold/quarantine.ts'
import { readBatch } from './fold/read-batch.ts'
import { retryOnConflict } from './fold/retry-on-conflict.ts'
import { startOutboxRelay } from './outbox/outbox-relay.ts'
import { type Projection, topicsOf } from './projection.ts'
import { projectionMetrics } from './projection-metrics.ts'
import { type Changes, listenForChanges } from './read/row-changes.ts'
import { type Rebuilds, startRebuilds } from './rebuild/rebuilds.ts'

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
  /** Before the names of its metrics: `shop_`. */
  readonly metricPrefix?: string
  readonly clock: () => Date
  /** What its topics and its group are called at the broker; as they are when left out. Positions and dead letters keep the names as they are. */
  readonly names?: BrokerNames
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
  /** The rows have had all that had happened when this process began to follow the log. Once true, it stays. */
  hasCaughtUp(): boolean
  /** Leaves the group after the batch at hand. Leaves event log and database open. */
  stop(): Promise<void>
}

/**
 * Milliseconds between transactions. One costs a few milliseconds of CPU however few events it has, so those that come close together share it;
 * half of this is added to the time until an event of a stream shows, and nothing to that of a lone one.
 */
const transactionEveryMs = 40
/** Milliseconds. An event that is folded later than that, from the log's beginning into an empty database, is no part of its order's story. */
const tracedWithinMs = 3600_000
const olderEvents = 'events from before the start'

/**
 * Keeps rows up to date with topics. Rows and positions are written in one transaction and reading resumes at the database's positions,
 * not the group's: no event is applied twice or left out, and a database that is lost is rebuilt from the beginning of the log.
 * What cannot be applied is parked in `<service>.dlq` when the record itself is at fault: it is no event, or has a value that the database
 * can never store. Other SQL that fails is tried again until it works; only its partition waits.
 */
export function startProjections(options: ProjectionsOptions): Projections {
  const { service, database, projections, eventSchemas, eventVersions = {}, logger } = options
  const metrics = projectionMetrics(service, options.metrics, options.metricPrefix)
  const topics = [...new Set(projections.flatMap(topicsOf))]
  const eventLog = options.names ? renameLog(options.eventLog, options.names, topics) : options.eventLog
  const reading = { check: dataCheck(eventSchemas), versions: eventVersions, known: new Set(Object.keys(eventSchemas)) }
  const forAll = { ...reading, applied: new Set(projections.flatMap(({ events }) => Object.keys(events))) }
  const changes = listenForChanges(database)
  const stopping = new AbortController()
  const { signal } = stopping
  const outboxRelay = startOutboxRelay(eventLog, database, logger)
  metrics.showOutboxAge(outboxRelay.ageMs)
  const rebuilds = startRebuilds(projections, { eventLog, database, reading, signal }, logger, outboxRelay.wake)
  const apply = applyBatches(projections, database)
  const quarantine = createQuarantine({ ...options, eventLog }, metrics.parked)
  const failing = createFailureRegistry(metrics)
  let waitingFor: readonly string[] = ['tables', 'assignment']
  let newest: Assignment | undefined
  let catchUp = createCatchUp()
  let caughtUp = false

  const haveCaughtUp = (): boolean => {
    caughtUp ||= waitingFor.length === 0 && catchUp.isComplete()
    return caughtUp
  }

  const persist = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    try {
      for (let failures = 1; ; failures += 1) {
        try {
          return await work()
        } catch (err) {
          if (signal.aborted) throw err
          failing.failed(what, err)
          if (isLogged(failures)) logger.error({ err, failures, what }, 'following the topics failed, trying again')
          await backOff(Math.min(failures, 5), signal)
        }
      }
    } finally {
      failing.ended(what)
    }
  }

  const applyInBatches = batcher<Readable>(
    async (batches) => {
      const end = metrics.transactionSeconds.startTimer()
      const { events, hasNews } = await apply(batches).catch((error: unknown) => {
        // Perhaps only the answer to the commit was lost, and nobody else would relay what it wrote.
        if (error instanceof DatabaseUnavailable) outboxRelay.wake()
        throw error
      })
      end()
      for (const [projection, count] of events) if (count > 0) metrics.applied.inc({ projection }, count)
      if (hasNews) outboxRelay.wake()
    },
    { everyMs: transactionEveryMs, concernsAll: (error) => error instanceof DatabaseUnavailable },
  )

  const isNews = ({ headers }: LogRecord): boolean => options.clock().getTime() - Date.parse(String(headers.time)) < tracedWithinMs

  /** @throws what keeps the batch from being applied: it is to come again; or what `heartbeat` threw */
  const handle = async (batch: RecordBatch, heartbeat: () => Promise<void>): Promise<void> => {
    let isMember = true
    const beat = (): Promise<void> =>
      heartbeat().catch((error: unknown) => {
        isMember = false
        throw error
      })
    const { topic, partition, nextOffset, records } = batch
    const { events, unreadable } = readBatch(batch, forAll)
    const { spans } = traceRecords('project', records, (type, record) => forAll.applied.has(type) && isNews(record))
    for (const {
      record,
      failure: { failure },
    } of unreadable)
      spans.get(record.offset)?.fail(failure)
    await quarantine.add(unreadable.map(({ record, failure: { failure, detail } }) => ({ record, code: failure, detail })))
    const quarantineRefused = (event: RecordedEvent, detail: string): Promise<void> => {
      const code = 'ROW_REFUSED'
      spans.get(event.offset)?.fail(code)
      return quarantine.add(records.filter(({ offset }) => offset === event.offset).map((record) => ({ record, code, detail })))
    }
    try {
      const applyPart = async (part: Readable): Promise<void> => {
        await beat()
        await retryOnConflict(() => applyInBatches(part), signal)
      }
      const all = { topic, partition, events, nextOffset }
      await endingSpans(spans, () => applyOrQuarantine(all, applyPart, quarantineRefused))
    } catch (err) {
      if (isMember && !signal.aborted && isIn(newest, partitionName(batch))) failing.failed(partitionName(batch), err)
      throw err
    }
    failing.ended(partitionName(batch))
    quarantine.passed(batch)
    catchUp.applied(batch, nextOffset)
  }

  /** Reads what is there already, then hands over to the group's delivery; at once what cannot be applied, to be tried again there. */
  const begin = async (assignment: Assignment): Promise<void> => {
    haveCaughtUp()
    newest = assignment
    waitingFor = [olderEvents]
    catchUp = createCatchUp()
    failing.endedExcept((what) => isIn(assignment, what))
    rebuilds.wake()
    // Whoever had these partitions before may have stopped before it had relayed its last changes.
    outboxRelay.wake()
    const { found } = catchUp
    const open = new Map(assignment.partitions.map((partition) => [partitionName(partition), partition]))
    const handOver = async (partitions: readonly TopicPartition[]): Promise<void> => {
      for (const { from, ...partition } of await leastPositions(partitions, projections, database)) {
        open.delete(partitionName(partition))
        assignment.deliverFrom(partition, from)
      }
    }
    await persist('catching up', async () => {
      if (newest !== assignment) return
      for await (const batch of eventLog.readPartitions(await leastPositions([...open.values()], projections, database))) {
        if (newest !== assignment || signal.aborted) return
        found(batch)
        if (!open.has(partitionName(batch))) continue
        await handle(batch, async () => undefined).catch((err) => {
          logger.debug({ err }, 'batch not applied while catching up')
          return handOver([batch])
        })
      }
      await handOver([...open.values()])
      if (newest === assignment) waitingFor = []
    })
  }

  const subscription = persist('tables', async () => {
    await ensureTables(projections, database)
    outboxRelay.wake()
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
    hasCaughtUp: haveCaughtUp,
    ready: () => {
      const waiting = waitingFor.length === 0 && !haveCaughtUp() ? [olderEvents] : waitingFor
      return { ready: waiting.length === 0, waitingFor: [...waiting, ...failing.reasons()] }
    },
    stop: async () => {
      stopping.abort()
      await subscription.then((running) => running.stop()).catch(() => undefined)
      await Promise.all([outboxRelay.stop(), rebuilds.stop(), changes.stop()])
    },
  }
}

const isIn = (assignment: Assignment | undefined, key: string): boolean =>
  assignment?.partitions.some((partition) => partitionName(partition) === key) === true
