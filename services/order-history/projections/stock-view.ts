import type { EventData } from '../../shared/contracts/index.ts'
import { integer, type Project, projection, type RowOf, type Table, text } from '../../shared/runtime/projections/index.ts'

const table = {
  name: 'stock_view',
  key: 'sku',
  columns: { sku: text(), received: integer, reserved: integer, sold: integer, refusals: integer },
} as const satisfies Table

export type StockViewRow = RowOf<typeof table>

const nothing = (sku: string): StockViewRow => ({ sku, received: 0, reserved: 0, sold: 0, refusals: 0 })

const count =
  <Data extends { readonly sku: string }>(more: (row: StockViewRow, data: Data) => Partial<StockViewRow>): Project<StockViewRow, Data> =>
  ({ data }) => ({ key: data.sku, fold: (row = nothing(data.sku)) => ({ ...row, ...more(row, data) }) })

/** Where the pieces of each SKU are. Sums only, as the events say them; what is available is what is neither reserved nor sold. */
export const stockView = projection<typeof table>({
  name: 'stock-view',
  version: 1,
  table,
  events: {
    'inventory.StockReceived': count(({ received }, { quantity }: EventData<'inventory.StockReceived'>) => ({
      received: received + quantity,
    })),
    'inventory.StockReserved': count(({ reserved }, { quantity }: EventData<'inventory.StockReserved'>) => ({
      reserved: reserved + quantity,
    })),
    'inventory.StockReservationRefused': count(({ refusals }) => ({ refusals: refusals + 1 })),
    'inventory.StockSold': count(({ reserved, sold }, { quantity }: EventData<'inventory.StockSold'>) => ({
      reserved: reserved - quantity,
      sold: sold + quantity,
    })),
    'inventory.StockReleased': count((row, { quantity, from }: EventData<'inventory.StockReleased'>) => ({ [from]: row[from] - quantity })),
  },
})
