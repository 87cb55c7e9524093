import { awaitedService } from '../../shared/contracts/order-workflow.ts'
import type { Deadline } from '../../shared/runtime/event-sourcing/decider.ts'
import type { OrdersCommand } from './commands.ts'
import type { OrderState } from './evolve.ts'

/** An order whose saga still waits for an answer is given up at its `respondBy`. */
export function deadline(state: OrderState): Deadline<OrdersCommand> | undefined {
  if (state.status === 'unplaced' || awaitedService(state.status) === undefined) return undefined
  return { at: state.respondBy, command: { type: 'ExpireOrder', data: { orderId: state.order.orderId } } }
}
