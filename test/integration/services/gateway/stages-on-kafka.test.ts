import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { createGateway } from '../../../../services/gateway/app.ts'
import { type StageOperations, stageOperations } from '../../../../services/gateway/stages/stage-operations.ts'
import { type StageTable, stageTable } from '../../../../services/gateway/stages/stage-table.ts'
import { startGatewayState } from '../../../../services/gateway/state/gateway-state.ts'
import type { StageDefinition } from '../../../../services/shared/contracts/api/gateway.ts'
import type { Server } from '../../../../services/shared/runtime/http/server.ts'
import { connectEventLog } from '../../../../services/shared/runtime/kafka/connect-event-log.ts'
import { type BrokerNames, renameLog } from '../../../../services/shared/runtime/kafka/rename-log.ts'
import { fakeMesh } from '../../../unit/services/gateway/fake-mesh.ts'
import { calledBy, tools } from '../../../unit/services/gateway/test-callers.ts'
import { createToyTopics, freshName } from '../shared/runtime/event-sourcing/toy-topics.ts'

const brokers = inject('brokers')
const logger = pino({ level: process.env.LOG_LEVEL ?? 'silent' })
/** Others of this run have topics of the gateway, too. */
const own = freshName()
const rename = (name: string): string => name.replace(/^gateway(?=[.-])/, own)
const names: BrokerNames = { topic: rename, group: rename, transactionalId: rename }
const mesh = fakeMesh({
  'catalog GET /products': { body: { products: [] } },
  'inventory GET /availability': { body: { items: [] } },
})

interface Replica {
  readonly app: Server
  readonly table: StageTable
  readonly stages: StageOperations
  isFollowing(): boolean
  stop(): Promise<void>
}
const replicas: Replica[] = []

/** One process's worth: a connection to Kafka of its own. */
async function start(): Promise<Replica> {
  const log = connectEventLog({ brokers: brokers.split(','), clientId: 'gateway', logger })
  const table = stageTable()
  const state = await startGatewayState({ eventLog: renameLog(log, names), views: [table.update], logger })
  const app = createGateway({
    mesh,
    logger,
    stages: table,
    sendCommand: state.sendCommand,
    isLoaded: state.ready,
    authorizers: [calledBy(tools)],
  })
  return {
    app,
    table,
    stages: stageOperations(table, state.sendCommand),
    isFollowing: state.isFollowing,
    stop: async () => {
      await app.close()
      await state.stop()
      await log.close()
    },
  }
}

beforeAll(async () => {
  await createToyTopics(brokers, own)
  replicas.push(...(await Promise.all([start(), start()])))
  for (const { isFollowing } of replicas) await vi.waitFor(() => expect(isFollowing()).toBe(true), { timeout: 60_000 })
}, 90_000)
afterAll(() => Promise.all(replicas.map((each) => each.stop())))

const definition = (n: number): StageDefinition => ({ select: { prefix: '/canary' }, variables: { n: String(n) }, settings: {} })

test('published on either replica, it is live on both within a second; undone by one command; every request meanwhile is answered', async () => {
  let isPublishing = true
  const statuses = new Map<number, number>()
  const customers = replicas.flatMap(({ app }) =>
    ['/v1/products', '/canary/v1/products'].map(async (url) => {
      while (isPublishing) {
        const { statusCode } = await app.inject(url)
        statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
        await delay(2)
      }
    }),
  )
  /** From the command to the last replica. */
  const took: number[] = []
  const change = async (live: number, command: () => Promise<{ readonly outcome: string }>): Promise<void> => {
    const from = performance.now()
    expect((await command()).outcome).toBe('changed')
    while (!replicas.every(({ table }) => table.stages.find(({ name }) => name === 'canary')?.live === live)) await delay(1)
    took.push(performance.now() - from)
  }
  // The first command of each replica connects its producer; those that are measured come after.
  for (let version = 1; version <= 8; version += 1) {
    if (version === 3) took.length = 0
    const stages = replicas[version % 2]?.stages
    await change(version, async () => (await stages?.publish('canary', { definition: definition(version) })) ?? { outcome: 'no replica' })
  }
  await change(7, async () => (await replicas[0]?.stages.rollBack('canary', {})) ?? { outcome: 'no replica' })
  isPublishing = false
  await Promise.all(customers)
  expect([...statuses.keys()]).toEqual([200])
  expect(statuses.get(200)).toBeGreaterThan(20)
  expect(Math.max(...took), took.map(Math.round).join()).toBeLessThan(1000)
})

test('a replica that starts later knows what was published before', async () => {
  const later = await start()
  replicas.push(later)
  await expect.poll(later.isFollowing, { timeout: 30_000 }).toBe(true)
  expect(later.table.stages).toEqual(replicas[0]?.table.stages)
  expect(later.table.stages.find(({ name }) => name === 'canary')).toMatchObject({ live: 7 })
})
