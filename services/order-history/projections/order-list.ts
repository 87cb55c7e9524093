import { changesTopic, type EventData, type OrderStatus, type StatusEventType, statusAfter } from '../../shared/contracts/index.ts'
import {
  instant,
  integer,
  type Project,
  type ProjectedEvent,
  projection,
  type RowOf,
  type Table,
  text,
} from '../../shared/runtime/projections/index.ts'
import { timeOf } from './event-time.ts'

const table = {
  name: 'order_list',
  key: 'orderId',
  columns: {
    orderId: text(),
    customerId: text(),
    version: integer,
    status: text<OrderStatus>(),
    /** When it got its status. */
    since: instant,
    total: integer,
    placedAt: instant,
    updatedAt: instant,
    respondBy: instant,
  },
  indexes: {
    of_customer: '"customerId", "placedAt" DESC, "orderId" DESC',
    waiting: 'status, since',
  },
} as const satisfies Table

export type OrderListRow = RowOf<typeof table>

/** An order's own events come in order. One that was there before changes nothing, and without `OrderPlaced` there is no row to change. */
const moved =
  (type: StatusEventType | 'orders.OrderLineReserved') =>
  ({ envelope }: ProjectedEvent<unknown>, orderId: string) => ({
    key: orderId,
    fold: (row: OrderListRow | undefined): OrderListRow | undefined => {
      if (row === undefined || envelope.version <= row.version) return row
      const version = { version: envelope.version }
      if (type === 'orders.OrderLineReserved') return { ...row, ...version }
      return { ...row, ...version, status: statusAfter[type], since: timeOf(envelope), updatedAt: timeOf(envelope) }
    },
  })

const place: Project<OrderListRow, EventData<'orders.OrderPlaced'>> = ({ data: { order, respondBy }, envelope }) => ({
  key: order.orderId,
  fold: (row) => {
    if (row !== undefined) return row
    const { orderId, customerId, total } = order
    const time = timeOf(envelope)
    const dates = { since: time, placedAt: time, updatedAt: time, respondBy: new Date(respondBy).toISOString() }
    return { orderId, customerId, version: envelope.version, status: statusAfter['orders.OrderPlaced'], total, ...dates }
  },
})

const move =
  (type: Exclude<StatusEventType, 'orders.OrderPlaced'>): Project<OrderListRow, EventData<typeof type>> =>
  (event) =>
    moved(type)(event, event.data.order.orderId)

/** One line an order: a customer's list of orders, and the orders that wait for somebody. From `orders.events` alone. */
export const orderList = projection<typeof table>({
  name: 'order-list',
  version: 1,
  table,
  events: {
    'orders.OrderPlaced': place,
    'orders.OrderLineReserved': (event: ProjectedEvent<EventData<'orders.OrderLineReserved'>>) =>
      moved('orders.OrderLineReserved')(event, event.data.orderId),
    'orders.OrderReserved': move('orders.OrderReserved'),
    'orders.OrderPaid': move('orders.OrderPaid'),
    'orders.OrderConfirmed': move('orders.OrderConfirmed'),
    'orders.OrderShipped': move('orders.OrderShipped'),
    'orders.OrderCancelled': move('orders.OrderCancelled'),
  },
  feed: { topic: changesTopic('order-list'), version: ({ version }) => version },
})
