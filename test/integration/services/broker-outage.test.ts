import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { freePorts } from '../../../scripts/local/processes/free-ports.ts'
import { type RunningKafka, startKafka } from '../../../scripts/local/tools/start-kafka.ts'
import { topics } from '../../../services/shared/contracts/topology.ts'
import { runVariable } from '../../mark-run.ts'
import { quickStart } from '../../quick-start.ts'

const main = fileURLToPath(new URL('../../../services/catalog/main.ts', import.meta.url))
/** What its Deployment gives it to stop in, ms. */
const graceMs = 10_000

let directory: string
let port: number
let kafka: RunningKafka
const started: ChildProcess[] = []

/** This file's own broker, always on the same port: it is killed. */
const startBroker = async (): Promise<void> => {
  kafka = await startKafka({ dataDir: join(directory, 'data'), logFile: join(directory, 'kafka.log'), port })
}
const killBroker = (): void => void process.kill(kafka.pid ?? Number.NaN, 'SIGKILL')

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'breakwater-outage-'))
  ;[port = 0] = await freePorts(1)
  await startBroker()
  const admin = new Kafka({ brokers: [kafka.brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const ofCatalog = topics(1).filter(({ name }) => name.startsWith('catalog.'))
  await admin.createTopics({
    waitForLeaders: true,
    topics: ofCatalog.map(({ name, partitions }) => ({ topic: name, numPartitions: partitions })),
  })
  await admin.disconnect()
})
afterEach(() => started.splice(0).forEach((child) => void child.kill('SIGKILL')))
afterAll(async () => {
  await kafka.stop()
  await kafka.purge()
  await rm(directory, { recursive: true, force: true })
})

interface Catalog {
  get(path: string): Promise<{ status: number; body: unknown }>
  /** Status, code of the problem, and how long the caller waited, ms. */
  changePrice(price: number): Promise<{ status: number; code: string | undefined; ms: number }>
  /** SIGTERM: the exit code, and how long it took, ms. */
  stop(): Promise<{ code: number | null; ms: number }>
}

async function startCatalog(): Promise<Catalog> {
  const [http = 0] = await freePorts(1)
  const { PATH, [runVariable]: run } = process.env
  const env = { PATH, [runVariable]: run, HOST: '127.0.0.1', PORT: String(http), POD_NAME: 'catalog-0', KAFKA_BROKERS: `127.0.0.1:${port}` }
  const child = spawn(process.execPath, [main], {
    env: { ...quickStart, ...env, SHUTDOWN_GRACE_MS: String(graceMs) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  started.push(child)
  const url = `http://127.0.0.1:${http}`
  const get: Catalog['get'] = async (path) => {
    const answer = await fetch(`${url}${path}`)
    return { status: answer.status, body: await answer.json() }
  }
  await expect.poll(() => get('/healthz').catch(() => undefined), { timeout: 20_000 }).toMatchObject({ status: 200 })
  return {
    get,
    changePrice: async (price) => {
      const start = performance.now()
      const answer = await fetch(`${url}/products/MUG-BLUE/price`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ price }),
      })
      const { code } = answer.status === 204 ? {} : ((await answer.json()) as { code?: string })
      return { status: answer.status, code, ms: performance.now() - start }
    },
    stop: async () => {
      const start = performance.now()
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      const [code] = await exited
      return { code, ms: performance.now() - start }
    },
  }
}

const ready = { status: 200, body: { ready: true, waitingFor: [] } }
/** What a caller of the service waits at most: orders' and catalog's routes give up after 2.5 s. */
const boundMs = 2400

test('a broker that is away: alive, not ready, answers what it knows, refuses in time what it cannot write; then goes on', async () => {
  const catalog = await startCatalog()
  await expect.poll(() => catalog.get('/readyz'), { timeout: 60_000 }).toEqual(ready)
  expect(await catalog.changePrice(101)).toMatchObject({ status: 204 })

  killBroker()
  for (const price of [102, 103]) {
    const refused = await catalog.changePrice(price)
    expect(refused).toMatchObject({ status: 503, code: 'UPSTREAM_UNAVAILABLE' })
    expect(refused.ms).toBeLessThan(boundMs)
  }
  await expect
    .poll(() => catalog.get('/readyz'), { timeout: 10_000 })
    .toMatchObject({ status: 503, body: { waitingFor: expect.arrayContaining(['Kafka']) } })
  expect(await catalog.get('/healthz')).toMatchObject({ status: 200 })
  expect(await catalog.get('/products/MUG-BLUE')).toMatchObject({ status: 200, body: { price: 101 } })

  await startBroker()
  await expect.poll(() => catalog.get('/readyz'), { timeout: 60_000 }).toEqual(ready)
  await expect.poll(() => catalog.changePrice(104), { timeout: 30_000 }).toMatchObject({ status: 204 })
  expect(await catalog.get('/products/MUG-BLUE')).toMatchObject({ body: { price: 104 } })
  expect(await catalog.stop()).toMatchObject({ code: 0 })
}, 180_000)

test('a service that is told to stop while the broker is away ends with 0 in its grace period, also with a request open', async () => {
  const catalog = await startCatalog()
  await expect.poll(() => catalog.get('/readyz'), { timeout: 60_000 }).toEqual(ready)
  killBroker()
  await expect.poll(() => catalog.get('/readyz'), { timeout: 10_000 }).toMatchObject({ status: 503 })
  const open = catalog.changePrice(201)
  await setTimeout(500)
  const { code, ms } = await catalog.stop()
  expect(code).toBe(0)
  expect(ms).toBeLessThan(graceMs - 2000)
  expect(await open).toMatchObject({ status: 503 })
}, 120_000)

test('a service that starts before its broker waits for it, and says so', async () => {
  const catalog = await startCatalog()
  expect(await catalog.get('/readyz')).toMatchObject({ status: 503 })
  const refused = await catalog.changePrice(301)
  expect(refused).toMatchObject({ status: 503, code: 'STILL_LOADING' })
  expect(refused.ms).toBeLessThan(boundMs)
  expect(await catalog.get('/products/MUG-BLUE'), 'not a 404').toMatchObject({ status: 503, body: { code: 'STILL_LOADING' } })
  await startBroker()
  await expect.poll(() => catalog.get('/readyz'), { timeout: 60_000 }).toEqual(ready)
  expect(await catalog.get('/products/MUG-BLUE'), 'ready means that the view is loaded').toMatchObject({ status: 200 })
  expect(await catalog.stop()).toMatchObject({ code: 0 })
}, 120_000)
