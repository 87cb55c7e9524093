import type { Decider } from '../../shared/runtime/event-sourcing/decider.ts'
import type { InventoryErrorCode } from '../errors.ts'
import type { InventoryCommand } from './commands.ts'
import { decide } from './decide.ts'
import { evolve, type InventoryEvent, initial, type StockState } from './evolve.ts'
import { snapshot } from './snapshot.ts'

/** The rules of one SKU's stock. A SKU that nobody has received has none, so its reservations are refused. */
export const inventoryDecider: Decider<StockState, InventoryCommand, InventoryEvent, InventoryErrorCode> = {
  initial,
  decide,
  evolve,
  snapshot,
}
