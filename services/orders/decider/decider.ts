import { type Decider, identityCodec } from '../../shared/runtime/event-sourcing/decider.ts'
import type { OrdersErrorCode } from '../errors.ts'
import type { OrdersCommand } from './commands.ts'
import { deadline } from './deadline.ts'
import { decide } from './decide.ts'
import { evolve, initial, OrderState, type OrdersEvent } from './evolve.ts'

/** The rules of one order's life. */
export const ordersDecider: Decider<OrderState, OrdersCommand, OrdersEvent, OrdersErrorCode> = {
  initial,
  decide,
  evolve,
  deadline,
  snapshot: identityCodec(OrderState, 1),
}
