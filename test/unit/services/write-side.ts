import { catalogService } from '../../../services/catalog/app.ts'
import { config as catalogConfig } from '../../../services/catalog/config.ts'
import { inventoryService } from '../../../services/inventory/app.ts'
import { config as inventoryConfig } from '../../../services/inventory/config.ts'
import { notificationsService } from '../../../services/notifications/app.ts'
import { config as notificationsConfig } from '../../../services/notifications/config.ts'
import { ordersService } from '../../../services/orders/app.ts'
import { config as ordersConfig } from '../../../services/orders/config.ts'
import { paymentsService } from '../../../services/payments/app.ts'
import { config as paymentsConfig } from '../../../services/payments/config.ts'
import { shippingService } from '../../../services/shipping/app.ts'
import { config as shippingConfig } from '../../../services/shipping/config.ts'

/** All event-sourced services, as they are assembled, with their config. */
export const writeSide = {
  catalog: { service: catalogService(), config: catalogConfig },
  orders: { service: ordersService(15 * 60_000), config: ordersConfig },
  payments: { service: paymentsService(5_000_00), config: paymentsConfig },
  inventory: { service: inventoryService(), config: inventoryConfig },
  shipping: { service: shippingService(), config: shippingConfig },
  notifications: { service: notificationsService(), config: notificationsConfig },
}

export type WriteSideService = keyof typeof writeSide
export const writeSideNames = Object.keys(writeSide) as WriteSideService[]
