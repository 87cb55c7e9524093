import { workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'

const { place } = workerData as { place: string }
const pglite = await PGlite.create(place)
await pglite.close()
