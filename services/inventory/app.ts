import { type EventsFor, eventSchemas } from '../shared/contracts/events/events.ts'
import { inventoryEvents } from '../shared/contracts/events/inventory.ts'
import { eventVersions } from '../shared/contracts/events/versions.ts'
import { workloads } from '../shared/contracts/topology.ts'
import type { EventSourcedService } from '../shared/runtime/event-sourced-service.ts'
import { type InventoryCommand, inventoryCommands } from './decider/commands.ts'
import { inventoryDecider } from './decider/decider.ts'
import type { InventoryEvent, StockState } from './decider/evolve.ts'
import { type InventoryErrorCode, inventoryErrors } from './errors.ts'
import { createStock } from './projections.ts'
import { reactions, seedCommands, seedReceipt } from './reactions.ts'
import { serveStock } from './routes.ts'

/** The inventory service, assembled. */
export function inventoryService(): EventSourcedService<
  StockState,
  InventoryCommand,
  InventoryEvent,
  InventoryErrorCode,
  EventsFor<'inventory'>
> {
  const stock = createStock()
  return {
    service: 'inventory',
    decider: inventoryDecider,
    commandSchemas: inventoryCommands,
    eventSchemas: inventoryEvents,
    eventVersions,
    foreignEventSchemas: eventSchemas,
    reactions,
    subscribesTo: workloads.inventory.subscribesTo,
    problems: inventoryErrors,
    view: stock.update,
    routes: (app, sendCommand) => serveStock(app, stock, sendCommand),
    seedCommands: () => seedCommands.filter(({ aggregateId }) => !stock.hasReceipt(aggregateId, seedReceipt)),
  }
}
