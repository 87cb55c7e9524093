import { orderList } from '../../../services/order-history/projections/order-list.ts'
import { eventSchemas } from '../../../services/shared/contracts/events/events.ts'
import { eventVersions } from '../../../services/shared/contracts/events/versions.ts'
import type { EventLog } from '../../../services/shared/runtime/kafka/event-log.ts'
import { dataCheck, type RecordedEvent } from '../../../services/shared/runtime/messaging/record-codec.ts'
import type { Database } from '../../../services/shared/runtime/projections/database/database.ts'
import { openDatabase } from '../../../services/shared/runtime/projections/database/open-database.ts'
import { foldInto } from '../../../services/shared/runtime/projections/fold/fold-into.ts'
import { beginPositions, lockPositions, movePositions } from '../../../services/shared/runtime/projections/fold/positions.ts'
import { readBatch } from '../../../services/shared/runtime/projections/fold/read-batch.ts'
import { topicsOf } from '../../../services/shared/runtime/projections/projection.ts'
import { advance, type Building } from '../../../services/shared/runtime/projections/rebuild/build-generation.ts'
import {
  beginBuilding,
  dropRows,
  ensureLive,
  type Generation,
  generationsIn,
  generationTables,
} from '../../../services/shared/runtime/projections/rebuild/generations.ts'
import { type Compared, compare, perSecond, type RoundsOptions } from './rate.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const reading = { check: dataCheck(eventSchemas), versions: eventVersions, known: new Set(Object.keys(eventSchemas)) }
/** Events that are folded one by one; at less than a thousand a second more would only take longer. */
const oneByOne = 400

/**
 * Events a second into the rows of `order-list`: a rebuild from Kafka ÷ one transaction for each event, whose events are at hand.
 * @param eventLog with a history in `orders.events`
 * @param databaseUrl as for `DATABASE_URL`; nothing else may be in it
 */
export async function compareRebuild(
  eventLog: Pick<EventLog, 'readPartitions' | 'endOffsets'>,
  options: RoundsOptions,
  databaseUrl = 'pglite:memory://',
): Promise<Compared> {
  const database = await openDatabase(databaseUrl, silent)
  try {
    for (const statement of generationTables) await database.query(statement)
    const live = await pretendLive(eventLog, database)
    const building: Building = { eventLog, database, reading, signal: options.signal }
    const events = await firstEvents(eventLog, live)
    if (events.length < oneByOne) throw new Error(`orders.events has only ${events.length} events`)
    return await compare(
      options,
      () => inNewGeneration(database, (made) => rebuildRate(made, live, building)),
      () => inNewGeneration(database, (made) => perSecond(oneByOne, () => foldEach(made, events, database))),
    )
  } finally {
    await database.close()
  }
}

/** Rows in use that have seen all of the log: how far a rebuild goes. They stay empty, because nothing compares them. */
async function pretendLive(eventLog: Pick<EventLog, 'endOffsets'>, database: Database): Promise<Generation> {
  await database.transaction((queries) => ensureLive(orderList, queries))
  const [live] = await generationsIn('live', [orderList], database)
  if (!live) throw new Error('no live generation')
  for (const topic of topicsOf(orderList)) {
    const ends = [...(await eventLog.endOffsets(topic))].map(([partition, nextOffset]) => ({
      generation: live.id,
      topic,
      partition,
      nextOffset,
    }))
    await beginPositions(ends, database)
    await movePositions(ends, database)
  }
  return live
}

async function rebuildRate(made: Generation, live: Generation, building: Building): Promise<number> {
  const began = performance.now()
  const folded = await advance(made, live, building)
  return (folded / (performance.now() - began)) * 1000
}

async function firstEvents(
  eventLog: Pick<EventLog, 'readPartitions' | 'endOffsets'>,
  { projection }: Generation,
): Promise<readonly RecordedEvent[]> {
  const applied = new Set(Object.keys(projection.events))
  const events: RecordedEvent[] = []
  for (const topic of topicsOf(projection)) {
    const ranges = [...(await eventLog.endOffsets(topic)).keys()].map((partition) => ({ topic, partition, from: 0 }))
    for await (const batch of eventLog.readPartitions(ranges)) {
      events.push(...readBatch(batch, { ...reading, applied }).events)
      if (events.length >= oneByOne) return events.slice(0, oneByOne)
    }
  }
  return events
}

async function inNewGeneration<T>(database: Database, work: (made: Generation) => Promise<T>): Promise<T> {
  const made = await database.transaction((queries) => beginBuilding(orderList, false, queries))
  if (!made) throw new Error('a generation is being built already')
  try {
    return await work(made)
  } finally {
    await database.transaction(async (queries) => {
      await dropRows(made, queries)
      await queries.query('DELETE FROM projection_generations WHERE id = $1', [made.id])
    })
  }
}

/** What a read model does that takes events as they come: row and position in a transaction for each. */
async function foldEach({ id, projection, tableName }: Generation, events: readonly RecordedEvent[], database: Database): Promise<void> {
  await beginPositions(
    events.map(({ topic, partition }) => ({ generation: id, topic, partition })),
    database,
  )
  for (const event of events) {
    await database.transaction(async (queries) => {
      const [at] = await lockPositions([id], [event], queries)
      await foldInto(projection, tableName, [event], queries)
      if (at) await movePositions([{ ...at, nextOffset: event.offset + 1 }], queries)
    })
  }
}
