import { workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'

const { dataDir } = workerData as { dataDir: string }
const pglite = await PGlite.create(dataDir)
await pglite.close()
