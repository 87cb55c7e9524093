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

interface Broker {
  readonly brokers: string
  remove(): Promise<void>
}

/** Each group of tests loads this module for itself, all in one process. */
const shared = globalThis as { testBroker?: { users: number; readonly started: Promise<Broker> } }

/** One real broker for all integration tests, on a free port, with data that go away with it. Tests use topics of their own names. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  markRun()
  shared.testBroker ??= { users: 0, started: start() }
  const broker = shared.testBroker
  broker.users += 1
  const { brokers, remove } = await broker.started
  project.provide('brokers', brokers)
  return async () => {
    broker.users -= 1
    if (broker.users === 0) await remove()
  }
}

async function start(): Promise<Broker> {
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-kafka-'))
  const { brokers, stop, purge } = await startKafka({ dataDir: join(directory, 'data'), logFile: join(directory, 'kafka.log') })
  return {
    brokers,
    remove: async () => {
      await stop()
      await purge()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
