import type { EventData, EventType, OrderDetail, OrderSnapshot } from '../../shared/contracts/index.ts'
import { integer, json, nullable, type Project, projection, type RowOf, type Table, text } from '../../shared/runtime/projections/index.ts'
import { timeOf } from './event-time.ts'
import { type DescribedType, describeEvent, timelineTexts } from './timeline-texts.ts'

/** What `OrderPlaced` said once and for all; null while only other services' events are here. */
export interface Placed extends Omit<OrderSnapshot, 'orderId'> {
  readonly respondBy: string
}

/** One event of an order's life, as far as its page needs it. */
export interface Entry {
  readonly id: string
  readonly time: string
  readonly type: EventType
  /** Of the order after it; absent from events of other services. */
  readonly version?: number
  /** Absent from what is not told to customers. */
  readonly text?: string
  readonly trackingId?: string
  readonly cancellation?: NonNullable<OrderDetail['cancellation']>
}

const table = {
  name: 'order_detail',
  key: 'orderId',
  columns: {
    orderId: text(),
    /** 0 while only other services' events are here. */
    version: integer,
    placed: nullable(json<Placed>()),
    entries: json<readonly Entry[]>(),
  },
} as const satisfies Table

export type OrderDetailRow = RowOf<typeof table>

type OrdersType = Extract<EventType, `orders.${string}`>
type Type = DescribedType | 'orders.OrderLineReserved'

const steps: readonly string[] = Object.keys(timelineTexts)

/** Topics overtake each other: what counts is when things were decided, and in the same millisecond the usual course of a life. */
const comesBefore = (one: Entry, other: Entry): number =>
  one.time !== other.time
    ? one.time < other.time
      ? -1
      : 1
    : steps.indexOf(one.type) - steps.indexOf(other.type) || (one.id < other.id ? -1 : 1)

/** Adds an event to an order's life, once. */
const record =
  <T extends Type>(type: T): Project<OrderDetailRow, EventData<T>> =>
  ({ data, envelope }) => ({
    key: orderIdOf(data),
    fold: (row = { orderId: orderIdOf(data), version: 0, placed: null, entries: [] }) => {
      if (row.entries.some(({ id }) => id === envelope.id)) return row
      const isOwn = type.startsWith('orders.')
      const entry: Entry = {
        id: envelope.id,
        time: timeOf(envelope),
        type,
        ...(isOwn && { version: envelope.version }),
        ...(type !== 'orders.OrderLineReserved' && { text: describeEvent(type, data) }),
        ...(type.startsWith('orders.') && detailsOf(data as EventData<OrdersType>)),
      }
      return {
        orderId: row.orderId,
        version: isOwn ? Math.max(row.version, envelope.version) : row.version,
        placed: type === 'orders.OrderPlaced' ? placedOf(data as EventData<'orders.OrderPlaced'>) : row.placed,
        entries: [...row.entries, entry].sort(comesBefore),
      }
    },
  })

const orderIdOf = (data: EventData<Type>): string => ('order' in data ? data.order.orderId : data.orderId)

function placedOf({ order: { orderId: _, ...snapshot }, respondBy }: EventData<'orders.OrderPlaced'>): Placed {
  return { ...snapshot, respondBy: new Date(respondBy).toISOString() }
}

const detailsOf = (data: EventData<OrdersType>): Pick<Entry, 'trackingId' | 'cancellation'> => ({
  ...('trackingId' in data && { trackingId: data.trackingId }),
  ...('reason' in data && { cancellation: { reason: data.reason, detail: data.detail } }),
})

const types = [...(Object.keys(timelineTexts) as DescribedType[]), 'orders.OrderLineReserved'] as const

/** One order with all that happened to it, so that it can be shown as it was at any moment. */
export const orderDetail = projection<typeof table>({
  name: 'order-detail',
  version: 1,
  table,
  events: Object.fromEntries(types.map((type) => [type, record(type)])),
  awaited: true,
})
