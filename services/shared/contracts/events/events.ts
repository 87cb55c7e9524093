import type { Static, TSchema } from 'typebox'
import type { WorkloadName, workloads } from '../topology.ts'
import { catalogEvents } from './catalog.ts'
import { gatewayEvents } from './gateway.ts'
import { inventoryEvents } from './inventory.ts'
import { notificationsEvents } from './notifications.ts'
import { ordersEvents } from './orders.ts'
import { paymentsEvents } from './payments.ts'
import { shippingEvents } from './shipping.ts'

/** Every event of the shop: wire name → schema of its data. The part before the dot is the publisher. */
export const eventSchemas = {
  ...catalogEvents,
  ...ordersEvents,
  ...inventoryEvents,
  ...paymentsEvents,
  ...shippingEvents,
  ...notificationsEvents,
  ...gatewayEvents,
} satisfies Record<string, TSchema>

export type EventType = keyof typeof eventSchemas

/** Wire names of the events that some services publish, e.g. `EventTypeOf<'orders' | 'payments'>`. */
export type EventTypeOf<Publisher extends string> = Extract<EventType, `${Publisher}.${string}`>

/** `EventData<'orders.OrderPlaced'>` is that event's data. */
export type EventData<T extends EventType> = Static<(typeof eventSchemas)[T]>

/** A domain event as deciders see it. A union over `T`, so that `switch (event.type)` narrows `data`. */
export type DomainEvent<T extends EventType = EventType> = {
  [K in T]: { readonly type: K; readonly data: EventData<K> }
}[T]

/** The events one service publishes, e.g. `EventsOf<'orders'>`. */
export type EventsOf<Publisher extends string> = DomainEvent<EventTypeOf<Publisher>>

/** The events that reach one service: those of the services that it subscribes to in topology. */
export type EventsFor<Subscriber extends WorkloadName> = EventsOf<(typeof workloads)[Subscriber]['subscribesTo'][number]>
