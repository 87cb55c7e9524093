import type { OrderStep, WaitingFor } from './api/operations.ts'
import { awaitedServices, type OrderStatus } from './order-status.ts'

const awaited: Readonly<Partial<Record<OrderStatus, WaitingFor['service']>>> = awaitedServices

const ends: readonly OrderStatus[] = ['shipped', 'cancelled']

/** The service that an order of this status waits for; undefined when its saga is over. */
export const awaitedService = (status: OrderStatus): WaitingFor['service'] | undefined => awaited[status]

/** The statuses in which an order waits for a service. */
export const waitingStatuses = Object.keys(awaited) as OrderStatus[]

/** An order got a status. */
export interface Move {
  readonly status: OrderStatus
  /** RFC 3339. */
  readonly at: string
}

/**
 * The moves of one order, oldest first → how long it had each status. A status that nothing follows takes no time.
 * Clocks of several machines write the times: a step that ends before it begins took 0 ms.
 */
export function orderSteps(moves: readonly Move[], now: Date): OrderStep[] {
  return moves.map(({ status: name, at: startedAt }, index) => {
    const endedAt = moves[index + 1]?.at ?? (ends.includes(name) ? startedAt : undefined)
    const ms = millisecondsBetween(startedAt, endedAt ?? now.toISOString())
    return { name, startedAt, ...(endedAt !== undefined && { endedAt }), ms }
  })
}

/** What an order waits for since its last move; undefined when for nobody. */
export function waitingFor({ status, at: since }: Move, now: Date): WaitingFor | undefined {
  const service = awaitedService(status)
  return service && { service, since, ms: millisecondsBetween(since, now.toISOString()) }
}

const millisecondsBetween = (from: string, to: string): number => Math.max(0, Date.parse(to) - Date.parse(from))
