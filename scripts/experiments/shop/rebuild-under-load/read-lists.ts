import { setTimeout as delay } from 'node:timers/promises'
import type { OrderList } from '../../../../services/shared/contracts/api/order-history.ts'
import { authorization } from '../../../access/sign-in.ts'
import type { Traffic } from '../../core/result.ts'
import { trafficBins } from '../../core/traffic-bins.ts'

/** One read of a customer's orders. */
export interface ListRead {
  readonly customerId: string
  /** ms since 1970 */
  readonly sentAt: number
  readonly endedAt: number
  /** Absent: nobody answered. */
  readonly status?: number
  /** Of the problem, when it was not answered. */
  readonly code?: string
  /** Ids, when it was answered. */
  readonly orders?: readonly string[]
}

/** A few reads a second of each reader: what is asked for more often is refused for its own sake. */
const pauseMs = 150
const withinMs = 10_000

/** Reads one customer's orders once. */
export async function readList(gatewayUrl: string, customerId: string): Promise<ListRead> {
  const sentAt = Date.now()
  try {
    const response = await fetch(`${gatewayUrl}/v1/customers/${customerId}/orders?limit=100`, {
      headers: await authorization(gatewayUrl),
      signal: AbortSignal.timeout(withinMs),
    })
    const body = (await response.json().catch(() => undefined)) as Partial<OrderList> | undefined
    const read = { customerId, sentAt, endedAt: Date.now(), status: response.status }
    if (response.status === 200 && body?.orders) return { ...read, orders: body.orders.map(({ orderId }) => orderId) }
    const { code } = Object(body) as { code?: unknown }
    return { ...read, ...(code !== undefined && { code: String(code) }) }
  } catch {
    return { customerId, sentAt, endedAt: Date.now() }
  }
}

/** @param startedAt ms since 1970, of the run */
export const readTraffic = (reads: readonly ListRead[], startedAt: number): Traffic =>
  trafficBins(
    reads.map(({ sentAt, endedAt, status, orders }) => ({
      sentAtMs: sentAt - startedAt,
      endedAtMs: endedAt - startedAt,
      outcome: orders === undefined ? 'failed' : 'ok',
      answered: status !== undefined,
    })),
    { caller: 'readers of order lists', binMs: 250 },
  )

/** Reads the lists of customers in turn, one reader for each customer, until it is stopped. */
export function readLists(gatewayUrl: string, customers: readonly string[]): { stop(): Promise<ListRead[]> } {
  const stopped = new AbortController()
  const reads: ListRead[] = []
  const reading = customers.map(async (customerId) => {
    while (!stopped.signal.aborted) {
      reads.push(await readList(gatewayUrl, customerId))
      await delay(pauseMs, undefined, { signal: stopped.signal }).catch(() => {})
    }
  })
  return {
    stop: async () => {
      stopped.abort()
      await Promise.all(reading)
      return reads
    },
  }
}
