import type { OrderDetail } from '../../shared/contracts/index.ts'
import type { DomainError } from '../../shared/runtime/http/problem.ts'
import { gatewayProblem } from '../errors.ts'
import type { Caller } from './caller.ts'
import { mayAccess } from './ownership.ts'

/** Whose order is whose: asked of the read model once, because it never changes. */
export interface OrderOwners {
  /** Of an order that this replica has just taken, which the read model may not know yet, or of one that it has read. */
  remember(orderId: string, customerId: string): void
  /**
   * To be asked before anything is done with an order, or told of it, even that it exists.
   * @throws ORDER_UNKNOWN, as for an order that there is not, when it is not the caller's
   */
  requireOwn(caller: Caller, orderId: string): Promise<void>
}

/** Orders whose owner is remembered, at most. */
const most = 10_000

/** @param read the order as it is now */
export function orderOwners(read: (orderId: string) => Promise<Pick<OrderDetail, 'customerId'>>): OrderOwners {
  const owners = new Map<string, string>()
  const remember = (orderId: string, customerId: string): void => {
    owners.set(orderId, customerId)
    for (const oldest of owners.keys()) {
      if (owners.size <= most) return
      owners.delete(oldest)
    }
  }
  const ownerOf = async (orderId: string): Promise<string> => {
    const known = owners.get(orderId)
    if (known !== undefined) return known
    const { customerId } = await read(orderId)
    remember(orderId, customerId)
    return customerId
  }
  return {
    remember,
    requireOwn: async (caller, orderId) => {
      if (caller.scopes.has('orders:any')) return
      if (!mayAccess(caller, await ownerOf(orderId))) throw orderUnknown(orderId)
    },
  }
}

/** In the words of the read model: nobody may tell another's order from none. */
const orderUnknown = (orderId: string): DomainError => gatewayProblem('ORDER_UNKNOWN', `There is no order ${orderId}.`)
