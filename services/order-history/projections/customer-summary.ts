import type { EventData } from '../../shared/contracts/index.ts'
import {
  instant,
  integer,
  nullable,
  type Project,
  projection,
  type RowOf,
  type Table,
  text,
} from '../../shared/runtime/projections/index.ts'
import { later, timeOf } from './event-time.ts'

const table = {
  name: 'customer_summary',
  key: 'customerId',
  columns: {
    customerId: text(),
    orders: integer,
    shipped: integer,
    cancelled: integer,
    /** Cents. */
    charged: integer,
    refunded: integer,
    lastOrderAt: nullable(instant),
  },
} as const satisfies Table

export type CustomerSummaryRow = RowOf<typeof table>

const nobody = (customerId: string): CustomerSummaryRow => ({
  customerId,
  orders: 0,
  shipped: 0,
  cancelled: 0,
  charged: 0,
  refunded: 0,
  lastOrderAt: null,
})

/** Sums only: whatever topic comes first, the end is the same. */
const add =
  <Data>(
    customerOf: (data: Data) => string,
    more: (row: CustomerSummaryRow, data: Data, time: string) => Partial<CustomerSummaryRow>,
  ): Project<CustomerSummaryRow, Data> =>
  ({ data, envelope }) => {
    const key = customerOf(data)
    return { key, fold: (row = nobody(key)) => ({ ...row, ...more(row, data, timeOf(envelope)) }) }
  }

const whoOrdered = ({ order }: EventData<'orders.OrderPlaced' | 'orders.OrderShipped' | 'orders.OrderCancelled'>) => order.customerId
const whoPays = ({ customerId }: EventData<'payments.PaymentAuthorized' | 'payments.PaymentRefunded'>) => customerId

/** How each customer stands: what became of the orders, and what the customer paid. */
export const customerSummary = projection<typeof table>({
  name: 'customer-summary',
  version: 1,
  table,
  events: {
    'orders.OrderPlaced': add(whoOrdered, ({ orders, lastOrderAt }, _, time) => ({
      orders: orders + 1,
      lastOrderAt: later(lastOrderAt, time),
    })),
    'orders.OrderShipped': add(whoOrdered, ({ shipped }) => ({ shipped: shipped + 1 })),
    'orders.OrderCancelled': add(whoOrdered, ({ cancelled }) => ({ cancelled: cancelled + 1 })),
    'payments.PaymentAuthorized': add(whoPays, ({ charged }, { amount }) => ({ charged: charged + amount })),
    'payments.PaymentRefunded': add(whoPays, ({ refunded }, { amount }) => ({ refunded: refunded + amount })),
  },
})
