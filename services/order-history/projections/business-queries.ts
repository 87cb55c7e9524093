import type { CustomerSummary, RevenueByDay, RevenueQuery, StockView } from '../../shared/contracts/index.ts'
import { type Queries, viewOf } from '../../shared/runtime/projections/index.ts'
import { type CustomerSummaryRow, customerSummary } from './customer-summary.ts'
import { type RevenueByDayRow, revenueByDay } from './revenue-by-day.ts'
import { type StockViewRow, stockView } from './stock-view.ts'

/** How a customer stands, or undefined when nothing is known of him. */
export async function findCustomer(customerId: string, { query }: Queries): Promise<CustomerSummary | undefined> {
  const [row] = await query<CustomerSummaryRow>(`SELECT * FROM ${viewOf(customerSummary)} WHERE "customerId" = $1`, [customerId])
  if (!row) return undefined
  const { lastOrderAt, ...sums } = row
  const { orders, shipped, cancelled, charged, refunded } = sums
  return { ...sums, open: orders - shipped - cancelled, spent: charged - refunded, ...(lastOrderAt !== null && { lastOrderAt }) }
}

/** Where the pieces of each SKU are. */
export async function viewStock({ query }: Queries): Promise<StockView> {
  const rows = await query<StockViewRow>(`SELECT * FROM ${viewOf(stockView)} ORDER BY sku`)
  return { items: rows.map((row) => ({ ...row, available: row.received - row.reserved - row.sold })) }
}

/** Days on which money moved, newest first; at most the last thousand. */
export async function listRevenue({ from, to }: RevenueQuery, { query }: Queries): Promise<RevenueByDay> {
  const rows = await query<RevenueByDayRow>(
    `SELECT * FROM ${viewOf(revenueByDay)}
     WHERE ($1::date IS NULL OR day >= $1::date) AND ($2::date IS NULL OR day <= $2::date) ORDER BY day DESC LIMIT 1000`,
    [from ?? null, to ?? null],
  )
  return { days: rows.map((row) => ({ ...row, revenue: row.charged - row.refunded })) }
}
