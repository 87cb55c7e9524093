import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createOrderHistory } from '../../../../services/order-history/app.ts'
import type { EventLog } from '../../../../services/shared/runtime/kafka/event-log.ts'
import type { RunningService } from '../../../../services/shared/runtime/process/process.ts'
import { openDatabase } from '../../../../services/shared/runtime/projections/index.ts'
import { orderId } from '../../../unit/order-snapshots.ts'
import { type Gate, openGate } from '../../gate.ts'
import { reasonOf, startPostgres } from '../../real-postgres.ts'

const logger = pino({ level: 'silent' })
const postgres = await startPostgres()

/** A log in which nothing has happened, and nothing will. */
const emptyLog: Pick<EventLog, 'produce' | 'subscribe' | 'readPartitions' | 'close'> = {
  produce: async () => undefined,
  subscribe: ({ onAssigned }) => {
    onAssigned?.({ partitions: [], deliverFrom: () => undefined })
    return { stop: async () => undefined }
  },
  async *readPartitions() {
    yield* []
  },
  close: async () => undefined,
}

describe.runIf('url' in postgres)(`order-history whose PostgreSQL is away${reasonOf(postgres)}`, () => {
  let gate: Gate
  let service: RunningService

  beforeAll(async () => {
    if (!('url' in postgres)) return
    const url = new URL(postgres.url)
    gate = await openGate(url.hostname, Number(url.port))
    url.host = `127.0.0.1:${gate.port}`
    service = createOrderHistory({ eventLog: emptyLog as EventLog, database: await openDatabase(url.href, logger), logger })
    await isReady()
  })
  afterAll(async () => {
    await service?.stop()
    await gate?.close()
    if ('url' in postgres) await postgres.stop()
  })

  async function get(url: string) {
    const answer = await service.app.inject({ url })
    return { status: answer.statusCode, headers: answer.headers, body: answer.json() }
  }
  const becomes = (ready: boolean, waitingFor: string[]) =>
    vi.waitFor(async () => expect(await get('/readyz')).toMatchObject({ status: ready ? 200 : 503, body: { ready, waitingFor } }), 30_000)
  const isReady = () => becomes(true, [])
  const isWaiting = () => becomes(false, ['database'])
  const unavailable = {
    status: 503,
    headers: { 'retry-after': '1', 'content-type': 'application/problem+json; charset=utf-8' },
    body: { code: 'UPSTREAM_UNAVAILABLE', status: 503 },
  }
  const reads = ['/customers/ada', '/customers/ada/orders', '/operations/stock', '/operations/rebuilds/1', `/orders/${orderId('1')}`]

  test('reads are answered 503 and when to come back; the replica is not ready, alive, and comes back by itself', async () => {
    expect(await get('/customers/ada')).toMatchObject({ status: 404, body: { code: 'CUSTOMER_UNKNOWN' } })
    await gate.close()
    for (const path of reads) expect(await get(path), path).toMatchObject(unavailable)
    await isWaiting()
    expect(await get('/healthz')).toMatchObject({ status: 200 })
    await gate.open()
    await isReady()
    expect(await get('/customers/ada')).toMatchObject({ status: 404 })
  })

  test('a statement that makes no sense is our fault, and no reason to come back', async () => {
    if (!('url' in postgres)) return
    const administrator = await openDatabase(postgres.url, logger)
    await administrator.query('DROP VIEW customer_summary_v1')
    await administrator.close()
    const answer = await get('/customers/ada')
    expect(answer).toMatchObject({ status: 500, body: { code: 'INTERNAL' } })
    expect(answer.headers['retry-after']).toBeUndefined()
    await isReady()
  })
})
