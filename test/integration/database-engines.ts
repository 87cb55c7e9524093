import { newPglite } from '../new-pglite.ts'
import { reasonOf, startPostgres } from './real-postgres.ts'

/** What a read model may run on. */
export interface Engine {
  readonly engine: string
  /** Empty when the engine is not there. */
  readonly url: string
  /** Tests that need it are skipped otherwise; the engine's name says why. */
  readonly isThere: boolean
}

/** PGlite, and a real PostgreSQL where there is one: what holds on a laptop must hold in a cluster. Call `stop` after all tests. */
export async function databaseEngines(): Promise<{ engines: readonly Engine[]; stop(): Promise<void> }> {
  const [postgres, pglite] = await Promise.all([startPostgres(), newPglite()])
  const isThere = 'url' in postgres
  return {
    engines: [
      { engine: 'PGlite', url: pglite.url, isThere: true },
      { engine: `PostgreSQL${reasonOf(postgres)}`, url: isThere ? postgres.url : '', isThere },
    ],
    stop: async () => {
      await pglite.remove()
      if (isThere) await postgres.stop()
    },
  }
}
