import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, expect, test } from 'vitest'
import { createGateway } from '../../../../../services/gateway/app.ts'
import { type StageOperations, stageOperations } from '../../../../../services/gateway/stages/stage-operations.ts'
import { type StageTable, stageTable } from '../../../../../services/gateway/stages/stage-table.ts'
import { type RunningGatewayState, startGatewayState } from '../../../../../services/gateway/state/gateway-state.ts'
import type { StageDefinition } from '../../../../../services/shared/contracts/api/gateway.ts'
import type { MeshClient } from '../../../../../services/shared/runtime/http/mesh-client.ts'
import type { Server } from '../../../../../services/shared/runtime/http/server.ts'
import { UpstreamUnavailable } from '../../../../../services/shared/runtime/http/upstream-unavailable.ts'
import { connectEventLog } from '../../../../../services/shared/runtime/kafka/connect-event-log.ts'
import type { EventLog } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import { currentWork } from '../../../../../services/shared/runtime/process/trace-context.ts'
import { inMemoryEventLog } from '../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { calledBy, tools } from '../test-callers.ts'

const logger = pino({ level: 'silent' })
const folder = mkdtempSync(join(tmpdir(), 'gateway-state-'))
const running: { stop(): Promise<unknown> }[] = []
afterAll(async () => {
  await Promise.all(running.map((each) => each.stop()))
  rmSync(folder, { recursive: true })
})

const mug = { sku: 'MUG', name: 'Mug', description: '', price: 1450 }

/** Catalog answers; its canary, when asked for as the mesh is asked for it, does not if `isBroken`. */
const meshWith = (isBroken: () => boolean): MeshClient => ({
  request: async (service) => {
    if (service === 'catalog' && currentWork()?.stage === 'canary' && isBroken())
      throw new UpstreamUnavailable({ service, reason: 'error', status: 503 })
    const body = service === 'catalog' ? { products: [mug] } : { items: [] }
    return { ok: true, status: 200, headers: {}, body: body as never }
  },
  close: async () => undefined,
})

interface Replica {
  readonly app: Server
  readonly state: RunningGatewayState
  readonly table: StageTable
  readonly stages: StageOperations
}

async function replica(
  eventLog: EventLog,
  { file, isBroken = () => false, draw }: { readonly file?: string; readonly isBroken?: () => boolean; readonly draw?: () => number } = {},
): Promise<Replica> {
  const table = stageTable(draw)
  const state = await startGatewayState({ eventLog, views: [table.update], file, loadWithinMs: 300, logger })
  running.push(state)
  const app = createGateway({
    mesh: meshWith(isBroken),
    logger,
    stages: table,
    sendCommand: state.sendCommand,
    isLoaded: state.ready,
    authorizers: [calledBy(tools)],
  })
  return { app, state, table, stages: stageOperations(table, state.sendCommand) }
}

const definition = (n: number): StageDefinition => ({
  select: { prefix: '/canary' },
  variables: { n: String(n) },
  settings: { mesh: { stage: 'canary' } },
})
const live = ({ table }: Replica) => table.stages.find(({ name }) => name === 'canary')
const isReady = async ({ app }: Replica) => (await app.inject('/readyz')).statusCode === 200

test('what is published is live on all replicas within a second, undone by one command, and no request fails meanwhile', async () => {
  const eventLog = inMemoryEventLog()
  const replicas = [await replica(eventLog), await replica(eventLog), await replica(eventLog)]
  const [first] = replicas
  if (!first) throw new Error('no replica')
  for (const each of replicas) await expect.poll(() => isReady(each)).toBe(true)
  await expect.poll(() => first.state.isFollowing()).toBe(true)

  let isPublishing = true
  const statuses = new Map<number, number>()
  const customers = replicas.flatMap(({ app }) =>
    ['/v1/products', '/canary/v1/products'].map(async (url) => {
      while (isPublishing) {
        const { statusCode } = await app.inject(url)
        statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
        await delay(1)
      }
    }),
  )
  const everywhere = async (version: number): Promise<number> => {
    const from = performance.now()
    while (!replicas.every((each) => live(each)?.live === version)) await delay(1)
    return performance.now() - from
  }
  const answered = () => statuses.get(200) ?? 0
  for (let version = 1; version <= 5; version += 1) {
    const before = answered()
    while (answered() < before + 20) await delay(1)
    expect((await first.stages.publish('canary', { definition: definition(version), percent: 10 })).outcome).toBe('changed')
    expect(live(first)).toMatchObject({ live: version, percent: 10 })
    expect(await everywhere(version)).toBeLessThan(1000)
  }
  expect((await first.stages.rollBack('canary', {})).outcome).toBe('changed')
  expect(await everywhere(4)).toBeLessThan(1000)
  for (const each of replicas) expect(live(each)).toMatchObject({ live: 4, percent: 0 })
  isPublishing = false
  await Promise.all(customers)
  expect([...statuses.keys()]).toEqual([200])
  expect(answered()).toBeGreaterThan(100)
})

test('a canary that fails loses its share by itself, with the counts in the log; one that is as good as prod keeps it', async () => {
  const eventLog = inMemoryEventLog()
  let isBroken = false
  let turn = 0
  // Every fifth request.
  const draw = () => (turn++ % 5) / 5
  const only = await replica(eventLog, { isBroken: () => isBroken, draw })
  await expect.poll(() => only.state.isFollowing()).toBe(true)
  await only.stages.publish('canary', { definition: definition(1), percent: 20 })
  const ask = async (times: number) => {
    for (let count = 0; count < times; count += 1) await only.app.inject('/v1/products')
  }
  await ask(100)
  await delay(1200)
  expect(live(only)).toMatchObject({ live: 1, percent: 20 })
  isBroken = true
  await ask(100)
  await expect.poll(() => live(only), { timeout: 5000 }).toMatchObject({ live: 0, percent: 0 })
  isBroken = false
  const rolledBack = eventLog.read('gateway.events').find(({ headers }) => String(headers.type).startsWith('gateway.StageRolledBack'))
  expect(JSON.parse(String(rolledBack?.value))).toMatchObject({
    stage: 'canary',
    from: 1,
    to: 0,
    evidence: { canary: { answered: 40, bad: 20 }, prod: { answered: 160, bad: 0 } },
  })
  expect((await only.app.inject('/canary/v1/products')).statusCode).toBe(200)
})

test('without Kafka a replica is ready and serves with the stages that it knew last; changes are refused', async () => {
  const file = join(folder, 'state.json')
  const before = await replica(inMemoryEventLog(), { file })
  await expect.poll(() => before.state.isFollowing()).toBe(true)
  await before.stages.publish('canary', { definition: { ...definition(7), select: { prefix: '/next' } } })
  await before.state.stop()
  expect(readFileSync(file, 'utf8')).toContain('/next')

  const away = connectEventLog({
    brokers: ['127.0.0.1:1'],
    clientId: 'gateway',
    logger,
    timeouts: { stopMs: 50, closeMs: 50, stopFollowingMs: 50 },
  })
  const after = await replica(away, { file })
  running.push({ stop: () => away.close() })
  expect(await isReady(after)).toBe(true)
  expect(after.state.isFollowing()).toBe(false)
  expect(live(after)).toMatchObject({ live: 1 })
  expect((await after.app.inject('/next/v1/products')).json()).toMatchObject({ products: [mug] })
  await expect(after.stages.publish('canary', { definition: definition(8) })).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' })
  expect(live(after)).toMatchObject({ live: 1 })
})

test('without Kafka and without a file it waits a moment for the log, and then serves with the stages of the beginning', async () => {
  const away = connectEventLog({
    brokers: ['127.0.0.1:1'],
    clientId: 'gateway',
    logger,
    timeouts: { stopMs: 50, closeMs: 50, stopFollowingMs: 50 },
  })
  const fresh = await replica(away)
  running.push({ stop: () => away.close() })
  expect(await isReady(fresh)).toBe(false)
  expect((await fresh.app.inject('/canary/v1/products')).statusCode).toBe(200)
  await expect.poll(() => isReady(fresh), { timeout: 4000 }).toBe(true)
})
