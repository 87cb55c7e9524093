import type { Decider } from '../../shared/runtime/decider.ts'
import type { OrdersErrorCode } from '../errors.ts'
import type { OrdersCommand } from './commands.ts'
import { decide } from './decide.ts'
import { evolve, initial, type OrderState, type OrdersEvent } from './evolve.ts'

/** The rules of one order's life. */
export const ordersDecider: Decider<OrderState, OrdersCommand, OrdersEvent, OrdersErrorCode> = { initial, decide, evolve }
