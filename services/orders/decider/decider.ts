import { type Decider, jsonAsItIs } from '../../shared/runtime/event-sourcing/decider.ts'
import type { OrdersErrorCode } from '../errors.ts'
import type { OrdersCommand } from './commands.ts'
import { decide } from './decide.ts'
import { due } from './due.ts'
import { evolve, initial, OrderState, type OrdersEvent } from './evolve.ts'

/** The rules of one order's life. */
export const ordersDecider: Decider<OrderState, OrdersCommand, OrdersEvent, OrdersErrorCode> = {
  initial,
  decide,
  evolve,
  due,
  snapshot: jsonAsItIs(OrderState, 1),
}
