import { assortment } from '../shared/contracts/assortment.ts'
import type { CommandMessage } from '../shared/runtime/event-sourcing/decider.ts'
import type { CatalogCommand } from './decider/commands.ts'

/** With what a new shop begins: catalog lists its assortment. */
export const seedCommands: readonly CommandMessage<CatalogCommand>[] = assortment.map(({ sku, name, description, price }) => ({
  aggregateId: sku,
  command: { type: 'ListProduct', data: { sku, name, description, price } },
}))
