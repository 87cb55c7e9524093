import type { EventData } from '../../shared/contracts/index.ts'
import { day, integer, type Project, projection, type RowOf, type Table } from '../../shared/runtime/projections/index.ts'
import { dayOf } from './event-time.ts'

const table = {
  name: 'revenue_by_day',
  key: 'day',
  columns: { day, payments: integer, charged: integer, refunds: integer, refunded: integer },
} as const satisfies Table

export type RevenueByDayRow = RowOf<typeof table>

type Money = EventData<'payments.PaymentAuthorized' | 'payments.PaymentRefunded'>

const book =
  (more: (row: RevenueByDayRow, data: Money) => Partial<RevenueByDayRow>): Project<RevenueByDayRow, Money> =>
  ({ data, envelope }) => {
    const key = dayOf(envelope)
    return { key, fold: (row = { day: key, payments: 0, charged: 0, refunds: 0, refunded: 0 }) => ({ ...row, ...more(row, data) }) }
  }

/** What was charged and given back on each day (UTC), booked when it was decided: a day that is over does not change any more. */
export const revenueByDay = projection<typeof table>({
  name: 'revenue-by-day',
  version: 1,
  table,
  events: {
    'payments.PaymentAuthorized': book(({ payments, charged }, { amount }) => ({ payments: payments + 1, charged: charged + amount })),
    'payments.PaymentRefunded': book(({ refunds, refunded }, { amount }) => ({ refunds: refunds + 1, refunded: refunded + amount })),
  },
})
