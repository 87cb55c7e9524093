import type { Decider, SnapshotFormat } from '../../shared/runtime/decider.ts'
import type { OrdersErrorCode } from '../errors.ts'
import type { OrdersCommand } from './commands.ts'
import { decide } from './decide.ts'
import { due } from './due.ts'
import { evolve, initial, OrderState, type OrdersEvent } from './evolve.ts'

/** The state is JSON as it is. */
const snapshot: SnapshotFormat<OrderState> = {
  foldVersion: 1,
  schema: OrderState,
  toJson: (state) => state,
  fromJson: (json: OrderState) => json,
}

/** The rules of one order's life. */
export const ordersDecider: Decider<OrderState, OrdersCommand, OrdersEvent, OrdersErrorCode> = { initial, decide, evolve, due, snapshot }
