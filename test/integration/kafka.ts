import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startKafka } from '../../scripts/local/tools/start-kafka.ts'
import { markRun } from '../mark-run.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port` of the broker of this run. */
    brokers: string
  }
}

/** One real broker for all integration tests, on a free port, with data that go away with it. Tests use topics of their own names. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  markRun()
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-kafka-'))
  const kafka = await startKafka({ dataDir: join(directory, 'data'), logFile: join(directory, 'kafka.log') })
  project.provide('brokers', kafka.brokers)
  return async () => {
    await kafka.stop()
    await kafka.purge()
    await rm(directory, { recursive: true, force: true })
  }
}
