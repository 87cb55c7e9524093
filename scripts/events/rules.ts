import { catalogDecider } from '../../services/catalog/decider/decider.ts'
import { reactions as catalogReactions } from '../../services/catalog/reactions.ts'
import { inventoryDecider } from '../../services/inventory/decider/decider.ts'
import { reactions as inventoryReactions } from '../../services/inventory/reactions.ts'
import { notificationsDecider } from '../../services/notifications/decider/decider.ts'
import { reactions as notificationsReactions } from '../../services/notifications/reactions.ts'
import { ordersDecider } from '../../services/orders/decider/decider.ts'
import { reactions as ordersReactions } from '../../services/orders/reactions.ts'
import { paymentsDecider } from '../../services/payments/decider/decider.ts'
import { reactions as paymentsReactions } from '../../services/payments/reactions.ts'
import { type WorkloadName, workload } from '../../services/shared/contracts/topology.ts'
import type { Addressed, Command, Decider, Fact } from '../../services/shared/runtime/event-sourcing/decider.ts'
import { shippingDecider } from '../../services/shipping/decider/decider.ts'
import { reactions as shippingReactions } from '../../services/shipping/reactions.ts'

/** Services that decide by event sourcing. */
export type EventSourcedName = 'catalog' | 'orders' | 'payments' | 'inventory' | 'shipping' | 'notifications'

/** One service's rules, whatever its state and commands are: the log says which belong together. */
export interface ServiceRules {
  readonly decider: Decider<unknown, Command, Fact>
  readonly reactions: Readonly<Record<string, ((data: unknown) => readonly Addressed[]) | undefined>>
  /** Services whose events it reads. */
  readonly hears: readonly string[]
}

/** As in `services/payments/config.ts`. A shop with another limit needs it to be said. */
export const usualCreditLimit = 5_000_00

/** @param creditLimit cents, of a customer whose limit nobody has changed */
export function shopRules(creditLimit = usualCreditLimit): Readonly<Record<EventSourcedName, ServiceRules>> {
  const rules = (name: WorkloadName, decider: unknown, reactions: unknown): ServiceRules => ({
    // Types are paired by the log: a record of a service's topic holds that service's command or event.
    decider: decider as ServiceRules['decider'],
    reactions: reactions as ServiceRules['reactions'],
    hears: workload(name).hears,
  })
  return {
    catalog: rules('catalog', catalogDecider, catalogReactions),
    orders: rules('orders', ordersDecider, ordersReactions),
    payments: rules('payments', paymentsDecider(creditLimit), paymentsReactions),
    inventory: rules('inventory', inventoryDecider, inventoryReactions),
    shipping: rules('shipping', shippingDecider, shippingReactions),
    notifications: rules('notifications', notificationsDecider, notificationsReactions),
  }
}

export const eventSourcedNames = Object.keys(shopRules()) as EventSourcedName[]
