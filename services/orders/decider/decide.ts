import { awaitedService } from '../../shared/contracts/order-workflow.ts'
import { type Decision, refuse } from '../../shared/runtime/event-sourcing/decider.ts'
import type { OrdersErrorCode } from '../errors.ts'
import type { OrdersCommand } from './commands.ts'
import type { OrderState, OrdersEvent } from './evolve.ts'

type OrdersDecision = Decision<OrdersEvent, OrdersErrorCode>
type Data<Type extends OrdersCommand['type']> = Extract<OrdersCommand, { type: Type }>['data']
type PlacedState = Exclude<OrderState, { status: 'unplaced' }>

/** Command + state → events, or a refusal. */
export function decide(command: OrdersCommand, state: OrderState): OrdersDecision {
  if (command.type === 'PlaceOrder') return place(command.data, state)
  if (state.status === 'unplaced') return refuse('ORDER_UNKNOWN', `There is no order ${command.data.orderId}.`)
  const { order } = state
  switch (command.type) {
    case 'ReserveLine':
      return reserveLine(command.data, state)
    case 'PayOrder':
      return advance(state, [{ type: 'orders.OrderPaid', data: { order } }])
    case 'ConfirmOrder': {
      const { trackingId } = command.data
      return advance(state, [
        { type: 'orders.OrderPaid', data: { order } },
        { type: 'orders.OrderConfirmed', data: { order, trackingId } },
      ])
    }
    case 'ShipOrder': {
      const { trackingId } = command.data
      return advance(state, [
        { type: 'orders.OrderPaid', data: { order } },
        { type: 'orders.OrderConfirmed', data: { order, trackingId } },
        { type: 'orders.OrderShipped', data: { order, trackingId } },
      ])
    }
    case 'ExpireOrder':
      return expire(state)
    case 'CancelOrder':
      return cancel(command.data, state)
  }
}

function place(placing: Data<'PlaceOrder'>, state: OrderState): OrdersDecision {
  if (state.status === 'unplaced') return [{ type: 'orders.OrderPlaced', data: placing }]
  return placing.requestHash === state.requestHash
    ? []
    : refuse('IDEMPOTENCY_KEY_REUSED', `The Idempotency-Key already stands for ${placing.order.orderId}, whose request was another.`)
}

function reserveLine({ orderId, sku }: Data<'ReserveLine'>, state: PlacedState): OrdersDecision {
  if (state.status !== 'placed' || state.reservedSkus.includes(sku)) return []
  const lineReserved: OrdersEvent = { type: 'orders.OrderLineReserved', data: { orderId, sku } }
  const complete = state.order.lines.every((line) => line.sku === sku || state.reservedSkus.includes(line.sku))
  return complete ? [lineReserved, { type: 'orders.OrderReserved', data: { order: state.order } }] : [lineReserved]
}

const progress = ['reserved', 'paid', 'confirmed', 'shipped'] as const

/**
 * Records what is new in the way of a reserved order.
 * News come from several topics and overtake each other, but a later step proves the earlier ones: a booked shipment was paid.
 * @param way the events after `OrderReserved` that the news proves, in order
 */
function advance(state: PlacedState, way: readonly OrdersEvent[]): OrdersDecision {
  switch (state.status) {
    case 'placed':
      return refuse('ORDER_NOT_RESERVED', `The stock of ${state.order.orderId} is not reserved yet.`)
    case 'cancelled':
      return []
    default:
      return way.slice(progress.indexOf(state.status))
  }
}

function cancel({ orderId, reason, detail }: Data<'CancelOrder'>, state: PlacedState): OrdersDecision {
  switch (state.status) {
    case 'cancelled':
      return []
    case 'shipped':
      return refuse('ORDER_ALREADY_SHIPPED', `${orderId} is already on its way.`)
    default:
      return [{ type: 'orders.OrderCancelled', data: { order: state.order, reason, detail } }]
  }
}

/** Gives up an order whose saga is still waiting for somebody. The others give back what they hold, also what they answer from now on. */
function expire(state: PlacedState): OrdersDecision {
  const silent = awaitedService(state.status)
  if (silent === undefined) return []
  const detail = `No answer from ${silent} until ${state.respondBy}.`
  return [{ type: 'orders.OrderCancelled', data: { order: state.order, reason: 'timeout', detail } }]
}
