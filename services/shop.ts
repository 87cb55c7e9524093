import { catalogService } from './catalog/app.ts'
import { gatewayService } from './gateway/state/gateway-service.ts'
import { inventoryService } from './inventory/app.ts'
import { notificationsService } from './notifications/app.ts'
import { ordersService } from './orders/app.ts'
import { usualOrderTimeoutMs } from './orders/config.ts'
import { paymentsService } from './payments/app.ts'
import { usualCreditLimit } from './payments/config.ts'
import type { WorkloadName, workloads } from './shared/contracts/topology.ts'
import { shippingService } from './shipping/app.ts'

/** Services that decide by event sourcing, as topology declares them. */
export type EventSourcedName = {
  [Name in WorkloadName]: (typeof workloads)[Name]['eventSourced'] extends true ? Name : never
}[WorkloadName]

/** What an operator may set of the services' rules. */
export interface ShopSettings {
  /** Cents, of a customer whose limit nobody has changed. */
  readonly creditLimit?: number | undefined
  /** From placing an order to its confirmation, ms. */
  readonly orderTimeoutMs?: number | undefined
}

/**
 * Every event-sourced service, assembled with views of its own: one that topology names and nobody has defined does not compile.
 * Lists of their rules, reactions and commands derive from it.
 */
export const shop = ({ creditLimit = usualCreditLimit, orderTimeoutMs = usualOrderTimeoutMs }: ShopSettings = {}) =>
  ({
    gateway: gatewayService(),
    catalog: catalogService(),
    orders: ordersService(orderTimeoutMs),
    payments: paymentsService(creditLimit),
    inventory: inventoryService(),
    shipping: shippingService(),
    notifications: notificationsService(),
  }) satisfies Record<EventSourcedName, { readonly service: string }>

export const eventSourcedNames = Object.keys(shop()) as EventSourcedName[]
