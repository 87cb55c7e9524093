import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BreakerChange } from '../../../scripts/breaker-watch/breaker.ts'
import type { BreakerWatch } from '../../../scripts/breaker-watch/breaker-watch.ts'
import { simulatedLog, type WrittenRecord } from '../../../scripts/events/simulated/simulated-log.ts'
import { logEntry } from '../../../scripts/telemetry/collect/log-entry.ts'
import type { TelemetrySource } from '../../../scripts/telemetry/source.ts'
import { orderAttribute, type Span } from '../../../scripts/telemetry/store/records.ts'
import { openStore } from '../../../scripts/telemetry/store/store.ts'
import { storeSource } from '../../../scripts/telemetry/store-source.ts'
import type { OrderSnapshot } from '../../../services/shared/contracts/values.ts'
import { type InMemoryEventLog, inMemoryEventLog } from '../../../services/shared/runtime/testing/in-memory-event-log.ts'

/** What a page can see of a shop, without one: its log, and the logs and traces of its processes. */
export interface ShopInMemory {
  readonly eventLog: InMemoryEventLog
  readonly telemetry: TelemetrySource
  /** Writes all that a shop writes for an order; slowly, as a shop does, when `stepMs` says so. @returns what it has written */
  place(order: OrderSnapshot, options?: { readonly cancelled?: boolean; readonly stepMs?: number }): Promise<readonly WrittenRecord[]>
  log(record: object): void
  /** No proxy is there to be asked; `changes` are those that a test adds. */
  readonly breakers: BreakerWatch
  readonly changes: BreakerChange[]
  close(): Promise<void>
}

const partitions = 3

/** An order of two lines; more than 10 mugs are not in stock. */
export const anOrder = (letter: string, mugs = 2): OrderSnapshot => ({
  orderId: `ord_${letter.repeat(22)}`,
  customerId: `customer-${letter}`,
  lines: [
    { sku: 'MUG-BLUE', quantity: mugs, unitPrice: 1450 },
    { sku: 'TEA-BLACK', quantity: 1, unitPrice: 890 },
  ],
  total: mugs * 1450 + 890,
  shipTo: { name: 'Ada', street: '1 Quay', city: 'Hamburg', postalCode: '20457', country: 'DE' },
})

export async function shopInMemory(): Promise<ShopInMemory> {
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-console-'))
  const store = openStore({ folder, bounds: { bytes: 1e9, ageMs: 86_400_000, roomBytes: 0 }, now: Date.now, log: () => {} })
  const telemetry = storeSource(folder)
  const eventLog = inMemoryEventLog(undefined, partitions)
  const write = (records: readonly object[], spans: readonly Span[] = []): void => {
    const origin = { workload: 'unknown', replica: 'unknown' }
    store.write({ entries: records.map((record) => logEntry(JSON.stringify(record), origin, Date.now)), spans, positions: new Map() })
  }
  let traces = 0
  const changes: BreakerChange[] = []
  return {
    changes,
    breakers: {
      now: () => ({ atMs: Date.now(), breakers: [], changes: [], silent: [] }),
      changes: (sinceMs) => changes.filter(({ atMs }) => atMs >= sinceMs),
      watch: async function* () {},
    },
    eventLog,
    telemetry,
    log: (record) => write([record]),
    place: async (order, { cancelled = false, stepMs = 0 } = {}) => {
      const at = Date.now()
      const traceId = (++traces).toString(16).padStart(32, 'a')
      const records = [...written(order, cancelled, at)]
      for (const record of records) {
        if (stepMs > 0) await new Promise((resolve) => setTimeout(resolve, stepMs))
        await eventLog.produce([record])
      }
      write(linesOf(records, order.orderId, traceId, at), spansOf(records, order.orderId, traceId, at))
      return records
    },
    close: async () => {
      await telemetry.close()
      store.close()
      await eventLog.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** From one step of a saga to the next as it is shown, ms: the simulated one takes no time. */
const stretch = 12

function* written(order: OrderSnapshot, cancelled: boolean, at: number): Generator<WrittenRecord> {
  const { orderId } = order
  const stock = order.lines.map(({ sku }) => ({
    service: 'inventory' as const,
    id: `receive-${sku}-${orderId}`,
    aggregateId: sku,
    correlationId: `receive-${sku}`,
    at: at - 3_600_000,
    command: { type: 'ReceiveStock', data: { sku, quantity: 10, receiptId: `first-${orderId}` } },
  }))
  const placing = {
    service: 'orders' as const,
    id: `place-${orderId}`,
    aggregateId: orderId,
    correlationId: orderId,
    at,
    command: { type: 'PlaceOrder', data: { order, requestHash: orderId, respondBy: new Date(at + 900_000).toISOString() } },
  }
  const cancelling = {
    ...placing,
    id: `cancel-${orderId}`,
    at: at + 120,
    command: { type: 'CancelOrder', data: { orderId, reason: 'customer', detail: 'changed their mind' } },
  }
  for (const record of simulatedLog([...stock, placing, ...(cancelled ? [cancelling] : [])], { partitions })) {
    const time = Date.parse(String(record.headers.time))
    const shown = time < at ? time : at + (time - at) * stretch
    yield { ...record, headers: { ...record.headers, time: new Date(shown).toISOString() } }
  }
}

const eventsOf = (records: readonly WrittenRecord[], orderId: string): readonly WrittenRecord[] =>
  records.filter(({ topic, headers }) => topic.endsWith('.events') && String(headers.correlationId) === orderId)

function linesOf(records: readonly WrittenRecord[], orderId: string, trace_id: string, at: number): object[] {
  const time = (ms: number): string => new Date(at + ms).toISOString()
  const access = {
    workload: 'gateway',
    replica: 0,
    container: 'sidecar',
    direction: 'outbound',
    method: 'GET',
    authority: 'catalog',
    path: '/products/MUG-BLUE',
    response_code: 200,
    response_flags: '-',
    trace_id,
  }
  return [
    { ...access, time: time(2), level: 'info', msg: 'GET catalog/products/MUG-BLUE 200', upstream_request_attempt_count: 2, duration: 9 },
    {
      ...access,
      time: time(14),
      level: 'warn',
      msg: 'GET inventory/stock 503',
      authority: 'inventory',
      response_code: 503,
      response_flags: 'UO',
      upstream_request_attempt_count: 1,
      duration: 0,
    },
    ...eventsOf(records, orderId).map(({ topic, headers }) => ({
      workload: topic.split('.')[0],
      replica: 0,
      container: 'app',
      time: String(headers.time),
      level: 'info',
      msg: `decided ${headers.type}`,
      orderId,
      trace_id,
    })),
  ]
}

function spansOf(records: readonly WrittenRecord[], orderId: string, traceId: string, at: number): Span[] {
  const common = { traceId, status: 'unset', events: [], links: [], attributes: { [orderAttribute]: orderId } } as const
  const id = (n: number): string => (n + 1).toString(16).padStart(16, '0')
  return [
    {
      ...common,
      spanId: id(0),
      name: 'POST /v1/orders',
      kind: 'server',
      service: 'gateway',
      instance: 'gateway-0',
      startUs: at * 1000,
      durationUs: 70_000,
    },
    ...eventsOf(records, orderId).map((record, index): Span => {
      const [service = ''] = record.topic.split('.')
      const startUs = Date.parse(String(record.headers.time)) * 1000 - 4_000
      const links = [{ traceId, spanId: id(index) }]
      return {
        ...common,
        spanId: id(index + 1),
        name: `decide ${record.headers.type}`,
        kind: 'consumer',
        service,
        instance: `${service}-0`,
        startUs,
        durationUs: 4_000,
        links,
      }
    }),
  ]
}
