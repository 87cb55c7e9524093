import type { OrderStatus } from './api/order-history.ts'
import type { WorkloadName } from './topology.ts'

/** Whose answer moves an order of this status on. A confirmed order waits for people, the others for nothing. */
const awaited: Readonly<Partial<Record<OrderStatus, WorkloadName>>> = {
  placed: 'inventory',
  reserved: 'payments',
  paid: 'shipping',
}

/** The service that an order of this status waits for; undefined when its saga is over. */
export const awaitedService = (status: OrderStatus): WorkloadName | undefined => awaited[status]
