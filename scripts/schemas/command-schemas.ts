import type { TSchema } from 'typebox'
import { catalogCommands } from '../../services/catalog/decider/commands.ts'
import { inventoryCommands } from '../../services/inventory/decider/commands.ts'
import { notificationsCommands } from '../../services/notifications/decider/commands.ts'
import { ordersCommands } from '../../services/orders/decider/commands.ts'
import { paymentsCommands } from '../../services/payments/decider/commands.ts'
import type { WorkloadName, workloads } from '../../services/shared/contracts/topology.ts'
import { shippingCommands } from '../../services/shipping/decider/commands.ts'

/** Services that have a topic of commands. */
type Deciding = { [Name in WorkloadName]: (typeof workloads)[Name]['eventSourced'] extends true ? Name : never }[WorkloadName]

const byService: Readonly<Record<Deciding, Readonly<Record<string, TSchema>>>> = {
  catalog: catalogCommands,
  orders: ordersCommands,
  payments: paymentsCommands,
  inventory: inventoryCommands,
  shipping: shippingCommands,
  notifications: notificationsCommands,
}

/** Every command of the shop: `<service>.<type>` → schema of its data. */
export const commandSchemas: Readonly<Record<string, TSchema>> = Object.fromEntries(
  Object.entries(byService).flatMap(([service, schemas]) =>
    Object.entries(schemas).map(([type, schema]) => [`${service}.${type}`, schema]),
  ),
)
