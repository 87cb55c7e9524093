import type { RebuildReport } from '../../../contracts/rebuild.ts'
import type { Queries } from '../database/database.ts'
import { lockRows } from '../database/rows.ts'
import { appendToOutbox } from '../outbox/outbox.ts'
import { advance, type Building } from './build-generation.ts'
import { catchUp } from './catch-up.ts'
import { type Comparison, compareRows } from './compare-rows.ts'
import { dropRows, type Generation, generationsIn, switchTo } from './generations.ts'
import { type WriterLock, withWriterLock } from './writer-lock.ts'

const shownDifferences = 20
/** Differing rows put into the outbox at once. */
const toldAtOnce = 500

/**
 * Builds the generation that was begun for a projection: folds the log beside the live rows, which go on being read and written; when it has
 * caught up, pauses the writers, compares the two at the same positions, and switches.
 */
export async function rebuild(generation: Generation & { readonly keep: boolean }, building: Building): Promise<RebuildReport> {
  const { database } = building
  const [live] = await generationsIn('live', [generation.projection], database)
  if (!live) throw new Error(`${generation.projection.name} has no live rows`)
  const begun = performance.now()
  let events = await catchUp((pause) => advance(generation, live, building, pause))
  const buildMs = Math.round(performance.now() - begun)
  const held = performance.now()
  return withWriterLock(database, async (hold) => {
    events += await advance(generation, live, building)
    await hold.renew()
    const { differing, ...compared } = await compare(live, generation, database, hold)
    const differences = await readDifferences(live, generation, differing.slice(0, shownDifferences), database)
    const holdMs = Math.round(performance.now() - held)
    const made: RebuildReport = { ...compared, differing: differing.length, differences, events, buildMs, holdMs }
    await database.transaction(async (queries) => {
      await hold.renew(queries)
      await switchTo(generation, { old: live, keepOld: generation.keep, report: made }, queries)
      await feedDifferences(live, generation, differing, queries)
      // Whoever reads them still has been waited for by the switch.
      if (!generation.keep) await dropRows(live, queries)
    })
    return made
  })
}

const compare = (live: Generation, generation: Generation, queries: Queries, hold: WriterLock): Promise<Comparison> =>
  compareRows(generation.projection.table, { old: live.tableName, new: generation.tableName }, queries, () => hold.renew())

async function readDifferences(
  live: Generation,
  generation: Generation,
  keys: readonly string[],
  queries: Queries,
): Promise<RebuildReport['differences']> {
  if (keys.length === 0) return []
  const { table } = generation.projection
  const [old, made] = [await lockRows(table, live.tableName, keys, queries), await lockRows(table, generation.tableName, keys, queries)]
  return keys.map((key) => {
    const [before, after] = [old.get(key), made.get(key)]
    return { key, ...(before && { old: before }), ...(after && { new: after }) }
  })
}

/** Whoever reads the feed must learn of rows that are otherwise now. */
async function feedDifferences(live: Generation, generation: Generation, differing: readonly string[], queries: Queries): Promise<void> {
  if (!generation.projection.feed) return
  for (let from = 0; from < differing.length; from += toldAtOnce) {
    const part = await readDifferences(live, generation, differing.slice(from, from + toldAtOnce), queries)
    await appendToOutbox(
      generation,
      part.map(({ key, old, new: row }) => ({ key, old, row })),
      queries,
    )
  }
}
