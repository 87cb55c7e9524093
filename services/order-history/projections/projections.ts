import type { EventData, EventType } from '../../shared/contracts/index.ts'
import type { Project, ProjectionTable } from '../../shared/runtime/projection/projection.ts'
import { cancelOrder, moveOrder } from './order-row.ts'
import { tell } from './timeline-row.ts'
import { type ToldType, timelineTexts } from './timeline-texts.ts'

/** Events that move an order's row. */
const moves: { readonly [Type in EventType]?: Project<EventData<Type>> } = {
  'orders.OrderPlaced': moveOrder('placed'),
  'orders.OrderReserved': moveOrder('reserved'),
  'orders.OrderPaid': moveOrder('paid'),
  'orders.OrderConfirmed': moveOrder('confirmed'),
  'orders.OrderShipped': moveOrder('shipped'),
  'orders.OrderCancelled': cancelOrder,
}

const projectionOf = (type: ToldType): Project => {
  const [move, line]: [Project | undefined, Project] = [moves[type], tell(type)]
  return async (event, queries) => {
    await move?.(event, queries)
    await line(event, queries)
  }
}

/** Event → rows of order-history: every event that is told adds a line to the timeline, those of orders move the order as well. */
export const projections: ProjectionTable = Object.fromEntries(
  (Object.keys(timelineTexts) as ToldType[]).map((type) => [type, projectionOf(type)]),
)
