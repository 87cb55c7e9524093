import type { Rebuild, RebuildReport } from '../../../contracts/rebuild.ts'
import { backOff } from '../../kafka/back-off.ts'
import type { Logger } from '../../kafka/client/kafka-logger.ts'
import type { Queries } from '../database/database.ts'
import { identityOf, type Projection } from '../projection.ts'
import type { Building } from './build-generation.ts'
import { beginBuilding, dropRows, type Generation, type GenerationState, generationsIn } from './generations.ts'
import { rebuild } from './rebuild.ts'

/** Rebuilds of projections; whichever replica is asked, one of them does it. */
export interface Rebuilds {
  /** Begins one, or joins the one that is under way. @returns its id, or undefined when there is no such projection */
  request(projection: string, keep: boolean): Promise<number | undefined>
  state(id: number): Promise<Rebuild | undefined>
  /** There may be something to do: at the start, and when another replica may have left its work behind. */
  wake(): void
  stop(): Promise<void>
}

/** Attempts until a rebuild is given up. The live rows are untouched. */
const maxAttempts = 8

/** @param relay is called when there may be differences in the outbox */
export function startRebuilds(projections: readonly Projection[], building: Building, logger: Logger, relay: () => void): Rebuilds {
  const { database, signal } = building
  let running: Promise<void> = Promise.resolve()

  /** @returns whether it is over: done, or given up */
  const attempt = async (generation: Generation & { readonly keep: boolean }, failures: number): Promise<boolean> => {
    const { id, projection } = generation
    try {
      const { differing, events, buildMs } = await rebuild(generation, building)
      logger.info({ projection: projection.name, generation: id, differing, events, buildMs }, 'projection rebuilt')
      return true
    } catch (err) {
      if (signal.aborted) return true
      logger.warn({ err, projection: projection.name, failures }, 'rebuilding failed, trying again')
      if (failures < maxAttempts) await backOff(failures, signal)
      else await giveUp(generation, err)
      return failures >= maxAttempts
    }
  }

  const giveUp = (generation: Generation, error: unknown): Promise<void> =>
    database.transaction(async (queries) => {
      const failure = error instanceof Error ? error.message : String(error)
      await queries.query("UPDATE projection_generations SET state = 'failed', ended_at = now(), report = $2::jsonb WHERE id = $1", [
        generation.id,
        JSON.stringify({ failure }),
      ])
      await dropRows(generation, queries)
    })

  const work = async (): Promise<true> => {
    for (let failures = 1; ; ) {
      // Asked anew for each attempt: when the answer to a commit was lost, the one that failed may have ended well.
      const [next] = await generationsIn('building', projections, database)
      if (!next || signal.aborted) return true
      failures = (await attempt(next, failures)) ? 1 : failures + 1
      relay()
    }
  }

  /** Until the database has answered: one that was under way when it went away would stay so. */
  const look = async (): Promise<void> => {
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        await database.exclusively('projection-rebuild', work)
        return
      } catch (err) {
        if (failures === 1) logger.warn({ err }, 'looking for rebuilds failed, trying again')
        await backOff(failures, signal)
      }
    }
  }

  const wake = (): void => {
    running = running.then(look)
  }

  return {
    request: async (name, keep) => {
      const projection = projections.find((candidate) => candidate.name === name)
      if (!projection) return undefined
      const begun = await database.transaction((queries) => beginBuilding(projection, keep, queries))
      const [generation] = begun ? [begun] : await generationsIn('building', [projection], database)
      wake()
      return generation?.id
    },
    state: (id) => readState(id, projections, database),
    wake,
    stop: () => running,
  }
}

interface GenerationRow {
  readonly projection: string
  readonly state: GenerationState
  readonly begunAt: string
  readonly endedAt: string | null
  readonly report: RebuildReport | { readonly failure: string } | null
  readonly done: number
  readonly of: number
}

async function readState(id: number, projections: readonly Projection[], { query }: Queries): Promise<Rebuild | undefined> {
  const [row] = await query<GenerationRow>(
    `SELECT projection, state, begun_at AS "begunAt", ended_at AS "endedAt", report,
       (SELECT coalesce(sum(next_offset), 0)::bigint FROM projection_positions WHERE generation = asked.id) AS done,
       (SELECT coalesce(sum(next_offset), 0)::bigint FROM projection_positions JOIN projection_generations AS live ON live.id = generation
        WHERE live.projection = asked.projection AND live.state = 'live') AS of
     FROM projection_generations AS asked WHERE id = $1`,
    [id],
  )
  const projection = row && projections.find((candidate) => identityOf(candidate) === row.projection)
  if (!projection) return undefined
  const { state, begunAt, endedAt, report, done, of } = row
  return {
    id,
    projection: projection.name,
    state,
    begunAt,
    ...(endedAt && { endedAt }),
    progress: { done, of },
    ...(report && ('failure' in report ? report : { report })),
  }
}
