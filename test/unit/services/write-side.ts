import { config as catalog } from '../../../services/catalog/config.ts'
import { config as inventory } from '../../../services/inventory/config.ts'
import { config as notifications } from '../../../services/notifications/config.ts'
import { config as orders } from '../../../services/orders/config.ts'
import { config as payments } from '../../../services/payments/config.ts'
import { config as shipping } from '../../../services/shipping/config.ts'
import { type EventSourcedName, eventSourcedNames, shop } from '../../../services/shop.ts'

const services = shop()

/** All event-sourced services, as they are assembled, with what they read from their environment. */
export const writeSide = {
  catalog: { service: services.catalog, config: catalog },
  orders: { service: services.orders, config: orders },
  payments: { service: services.payments, config: payments },
  inventory: { service: services.inventory, config: inventory },
  shipping: { service: services.shipping, config: shipping },
  notifications: { service: services.notifications, config: notifications },
} satisfies Record<EventSourcedName, object>

export type WriteSideService = EventSourcedName
export const writeSideNames = eventSourcedNames
