import { constants, existsSync } from 'node:fs'
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

/** Where the package is installed: …/node_modules/@electric-sql/pglite */
const installed = join(dirname(fileURLToPath(import.meta.resolve('@electric-sql/pglite'))), '..')

/**
 * Makes an empty database cluster. `initdb` takes 6 s of a processor: its result is kept beside the package, and the next cluster is a copy.
 * @param dataDir made whole or not at all
 */
export async function makeCluster(dataDir: string): Promise<void> {
  const { version } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
  const template = join(installed, '../../.cache', `pglite-${version}`)
  if (existsSync(template)) return copy(template, dataDir)
  await wholly(dataDir, initdb)
  // Where nothing can be written, initdb runs again the next time.
  await copy(dataDir, template).catch(() => {})
}

const copy = (from: string, to: string): Promise<void> =>
  wholly(to, (partial) => cp(from, partial, { recursive: true, mode: constants.COPYFILE_FICLONE }))

async function wholly(directory: string, fill: (partial: string) => Promise<void>): Promise<void> {
  const partial = `${directory}.partial-${process.pid}`
  try {
    await mkdir(dirname(directory), { recursive: true })
    await fill(partial)
    await rename(partial, directory)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

/** In another thread, because it leaves 500 MB behind that end with the thread. */
async function initdb(dataDir: string): Promise<void> {
  const worker = new Worker(new URL('./pglite-initdb.ts', import.meta.url), { workerData: { dataDir } })
  await new Promise<void>((done, failed) => {
    worker.once('error', failed)
    worker.once('exit', () => done())
  })
}
