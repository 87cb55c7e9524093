import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { PGlite, type Transaction } from '@electric-sql/pglite'
import type { Logger } from '../../kafka/client/kafka-logger.ts'
import { columnTypes } from './column-types.ts'
import type { Database, Queries } from './database.ts'
import { makeCluster } from './pglite-cluster.ts'

/** PostgreSQL's own default of 128 MB is all touched in time; a read model of a laptop needs little. Measured: 170 MB a process, not 300. */
const settings = ['shared_buffers=4MB', 'wal_buffers=64kB', 'work_mem=1MB', 'maintenance_work_mem=4MB']
const startParams = [...PGlite.defaultStartParams, ...settings.flatMap((setting) => ['-c', setting])]

/**
 * PostgreSQL in this process, its files in `directory`.
 * A directory that does not open is moved aside and a new one begun: whoever keeps its offsets in the database rebuilds it.
 */
export async function openPglite(directory: string, logger: Logger): Promise<Database> {
  const dataDir = directory.includes('://') ? directory : resolve(directory)
  const pglite = await openOrReplace(dataDir, logger)
  const atWork = new Set<string>()
  return {
    query: queriesOf(pglite).query,
    transaction: (work) => pglite.transaction((transaction) => work(queriesOf(transaction))),
    // Nobody else opens the directory: what runs in this process is all there is.
    exclusively: async (name, work) => {
      if (atWork.has(name)) return undefined
      atWork.add(name)
      try {
        return await work()
      } finally {
        atWork.delete(name)
      }
    },
    listen: (channel, { onMessage, onGap }) => {
      const listening = pglite.listen(channel, onMessage)
      void listening.then(onGap, (err) => logger.error({ err, channel }, 'listening to the database failed'))
      return () =>
        listening.then(
          (end) => end(),
          () => undefined,
        )
    },
    close: () => pglite.close(),
  }
}

async function openOrReplace(dataDir: string, logger: Logger): Promise<PGlite> {
  const isDirectory = !dataDir.includes('://')
  if (isDirectory && !existsSync(join(dataDir, 'PG_VERSION'))) await makeCluster(dataDir)
  try {
    return await open(dataDir)
  } catch (err) {
    if (!isDirectory) throw err
    const aside = `${dataDir}.broken-${Date.now()}`
    await rename(dataDir, aside)
    logger.error({ err, directory: dataDir, aside }, 'database does not open: moved aside, beginning a new one')
    await makeCluster(dataDir)
    return open(dataDir)
  }
}

const open = (dataDir: string): Promise<PGlite> => PGlite.create(dataDir, { startParams, parsers: columnTypes })

const queriesOf = (pglite: PGlite | Transaction): Queries => ({
  query: async <Row>(sql: string, parameters: readonly unknown[] = []) => (await pglite.query<Row>(sql, [...parameters])).rows,
})
