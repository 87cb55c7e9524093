import type { Availability } from '../shared/contracts/api/inventory.ts'
import { initial, type StockState } from './decider/evolve.ts'

/** Stock per SKU as it is now, in memory. */
export interface Stock {
  update(sku: string, state: StockState): void
  /** Of what was ever received, in the order of the SKUs. */
  list(): readonly Availability[]
  /** Zeros for a SKU that nobody has received. */
  get(sku: string): Availability
  hasReceipt(sku: string, receiptId: string): boolean
}

/** States → stock. Counts only; who holds what is the decider's business. */
export function createStock(): Stock {
  const states = new Map<string, StockState>()
  const get = (sku: string): Availability => {
    const { available, reserved, sold, received } = states.get(sku) ?? initial
    return { sku, available, reserved, sold, received }
  }
  return {
    update: (sku, state) => void states.set(sku, state),
    list: () =>
      [...states.keys()]
        .sort()
        .map(get)
        .filter(({ received }) => received > 0),
    get,
    hasReceipt: (sku, receiptId) => states.get(sku)?.receipts.has(receiptId) ?? false,
  }
}
