import type { EventData, EventType } from '../../../../services/shared/contracts/events/events.ts'
import { type RecentValues, recentValues } from './recent-values.ts'

export interface Stock {
  readonly received: number
  readonly reserved: number
  readonly sold: number
}

/** What services keep account of and answer, folded from the log record by record. */
export interface Accounts {
  add(record: { readonly type: string; readonly data: unknown }): void
  /** Customer → cents authorised and not refunded. */
  readonly creditUsed: RecentValues<number>
  /** By SKU. */
  readonly stock: RecentValues<Stock>
}

type Fold = { [Type in EventType]?: (data: EventData<Type>) => void }

export function createAccounts(): Accounts {
  const creditUsed = recentValues<number>()
  const stock = recentValues<Stock>()
  const charge = (customerId: string, cents: number) => creditUsed.set(customerId, (creditUsed.get(customerId) ?? 0) + cents)
  const move = (sku: string, change: Partial<Stock>) => {
    const { received, reserved, sold } = stock.get(sku) ?? { received: 0, reserved: 0, sold: 0 }
    stock.set(sku, {
      received: received + (change.received ?? 0),
      reserved: reserved + (change.reserved ?? 0),
      sold: sold + (change.sold ?? 0),
    })
  }
  const fold: Fold = {
    'payments.PaymentAuthorized': ({ customerId, amount }) => charge(customerId, amount),
    'payments.PaymentRefunded': ({ customerId, amount }) => charge(customerId, -amount),
    'inventory.StockReceived': ({ sku, quantity }) => move(sku, { received: quantity }),
    'inventory.StockReserved': ({ sku, quantity }) => move(sku, { reserved: quantity }),
    'inventory.StockSold': ({ sku, quantity }) => move(sku, { reserved: -quantity, sold: quantity }),
    'inventory.StockReleased': ({ sku, quantity, from }) => move(sku, { [from]: -quantity }),
  }
  return {
    creditUsed,
    stock,
    add: ({ type, data }) => (fold as Record<string, ((data: unknown) => void) | undefined>)[type]?.(data),
  }
}
