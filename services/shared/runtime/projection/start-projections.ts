import type { TSchema } from 'typebox'
import { parkedRecord } from '../event-sourcing/parked-record.ts'
import { deadLettersOf } from '../event-sourcing/topic-names.ts'
import { backOff } from '../kafka/back-off.ts'
import type { Assignment, EventLog, RecordBatch } from '../kafka/event-log.ts'
import type { Logger } from '../kafka/kafka-logger.ts'
import { dataCheck } from '../kafka/record.ts'
import type { Readiness } from '../operational-routes.ts'
import { applyBatch, readBatch } from './apply-batch.ts'
import { type Changes, createChanges } from './changes.ts'
import type { Database } from './database.ts'
import { offsetsTable, readOffset } from './offsets.ts'
import type { ProjectionTable } from './projection.ts'

export interface ProjectionsOptions {
  readonly service: string
  readonly eventLog: EventLog
  readonly database: Database
  readonly topics: readonly string[]
  /** `CREATE TABLE IF NOT EXISTS …`, run in this order. */
  readonly tables: readonly string[]
  readonly projections: ProjectionTable
  /** By wire name; at least those of `projections`. */
  readonly eventSchemas: Readonly<Record<string, TSchema>>
  readonly logger: Logger
  readonly clock: () => Date
}

/** A read model that follows its topics. */
export interface Projections extends Pick<Changes, 'untilFound'> {
  /** Ready when all that was in the assigned partitions at their assignment has been applied. */
  ready(): Readiness
  /** Leaves the group after the batch at hand. Leaves event log and database open. */
  stop(): Promise<void>
}

/**
 * Keeps rows up to date with topics. Rows and offsets are written in one transaction and reading resumes at the database's offsets,
 * not the group's: no event is applied twice or left out, and a database that is lost is rebuilt from the beginning of the log.
 * A record that is no event is parked in `<service>.dlq`; SQL that fails is tried again until it works.
 */
export function startProjections(options: ProjectionsOptions): Projections {
  const { service, eventLog, database, topics, tables, projections, eventSchemas, logger, clock } = options
  const check = dataCheck(eventSchemas)
  const changes = createChanges()
  const stopping = new AbortController()
  let waitingFor: readonly string[] = ['tables', 'assignment']
  let newest: Assignment | undefined

  const persist = async (what: string, work: () => Promise<void>, between: () => Promise<void> = async () => undefined): Promise<void> => {
    for (let failures = 1; ; failures += 1) {
      try {
        return await work()
      } catch (err) {
        if (stopping.signal.aborted) throw err
        logger.warn({ err, failures }, `${what} failed, trying again`)
        await backOff(failures, stopping.signal)
        await between()
      }
    }
  }

  const handle = async (batch: RecordBatch, heartbeat?: () => Promise<void>): Promise<void> => {
    const { events, unreadable } = readBatch(batch, projections, check)
    if (unreadable.length > 0) {
      const time = clock().toISOString()
      await eventLog.produce(
        unreadable.map(({ record, failure: { failure, detail } }) =>
          parkedRecord(deadLettersOf(service), record, { service, code: failure, detail, time }),
        ),
      )
      logger.warn({ topic: batch.topic, partition: batch.partition, parked: unreadable.length }, 'records parked')
    }
    await persist('applying events', () => applyBatch(batch, events, projections, database), heartbeat)
    changes.notify()
  }

  /** Reads what is there already, then hands over to the group's delivery. */
  const begin = async (assignment: Assignment): Promise<void> => {
    newest = assignment
    waitingFor = ['events from before the start']
    await persist('catching up', async () => {
      if (newest !== assignment) return
      const ranges = await Promise.all(
        assignment.partitions.map(async (partition) => ({ ...partition, from: await readOffset(partition, database) })),
      )
      for await (const batch of eventLog.readPartitions(ranges)) await handle(batch)
      for (const partition of assignment.partitions) assignment.deliverFrom(partition, await readOffset(partition, database))
      if (newest === assignment) waitingFor = []
    })
  }

  const tablesMade = persist('making tables', async () => {
    for (const table of [offsetsTable, ...tables]) await database.query(table)
  })
  const subscription = tablesMade.then(() =>
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
    ready: () => ({ ready: waitingFor.length === 0, waitingFor }),
    stop: async () => {
      stopping.abort()
      await subscription.then((running) => running.stop()).catch(() => undefined)
    },
  }
}
