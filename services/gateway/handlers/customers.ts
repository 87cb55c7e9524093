import type { Static } from 'typebox'
import type { CustomerSummary, OrderList, OrderListQuery } from '../../shared/contracts/index.ts'
import type { Caller } from '../access/caller.ts'
import { requireOwn } from '../access/ownership.ts'
import type { Parts } from '../api/api-route.ts'

/** @throws FORBIDDEN for another customer */
export async function customerSummary(caller: Caller, customerId: string, { shop }: Parts): Promise<CustomerSummary> {
  requireOwn(caller, customerId)
  return shop.customer(customerId)
}

/** @throws FORBIDDEN for another customer */
export async function customerOrders(
  caller: Caller,
  customerId: string,
  query: Static<typeof OrderListQuery>,
  { shop }: Parts,
): Promise<OrderList> {
  requireOwn(caller, customerId)
  return shop.customerOrders(customerId, query)
}
