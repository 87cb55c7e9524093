import type { Availability } from '../shared/contracts/api/inventory.ts'
import type { InventoryEvent } from './decider/evolve.ts'

/** Stock per SKU as it is now, in memory. */
export interface Stock {
  project(event: InventoryEvent): void
  /** In the order of their SKUs. */
  list(): readonly Availability[]
  /** Zeros for a SKU that nobody has received. */
  get(sku: string): Availability
  hasReceipt(sku: string, receiptId: string): boolean
}

/** Events → stock. Counts only; who holds what is the decider's business. */
export function createStock(): Stock {
  const stock = new Map<string, Availability>()
  const receipts = new Map<string, Set<string>>()
  const get = (sku: string): Availability => stock.get(sku) ?? { sku, available: 0, reserved: 0, sold: 0, received: 0 }

  function move(sku: string, from: 'available' | 'reserved' | 'sold', to: 'available' | 'reserved' | 'sold', quantity: number): void {
    const before = get(sku)
    stock.set(sku, { ...before, [from]: before[from] - quantity, [to]: before[to] + quantity })
  }

  return {
    project(event) {
      switch (event.type) {
        case 'inventory.StockReceived': {
          const { sku, quantity, receiptId } = event.data
          const before = get(sku)
          stock.set(sku, { ...before, received: before.received + quantity, available: before.available + quantity })
          receipts.set(sku, (receipts.get(sku) ?? new Set()).add(receiptId))
          return
        }
        case 'inventory.StockReserved':
          return move(event.data.sku, 'available', 'reserved', event.data.quantity)
        case 'inventory.StockSold':
          return move(event.data.sku, 'reserved', 'sold', event.data.quantity)
        case 'inventory.StockReleased':
          return move(event.data.sku, event.data.from, 'available', event.data.quantity)
        case 'inventory.StockReservationRefused':
        case 'inventory.ReservationVoided':
          return
      }
    },
    list: () => [...stock.values()].sort((a, b) => (a.sku < b.sku ? -1 : 1)),
    get,
    hasReceipt: (sku, receiptId) => receipts.get(sku)?.has(receiptId) ?? false,
  }
}
