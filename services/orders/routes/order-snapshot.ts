import { createHash } from 'node:crypto'
import { Compile } from 'typebox/compile'
import type { PricedOrderRequest } from '../../shared/contracts/api/orders.ts'
import { OrderSnapshot } from '../../shared/contracts/values.ts'
import { problems } from '../../shared/runtime/http/problem.ts'
import { ordersErrors } from '../errors.ts'

const problem = problems(ordersErrors)
const possibleTotal = Compile(OrderSnapshot.properties.total)

/** Tells requests apart. Prices are left out: a retry whose prices have changed meanwhile is still the same request. */
export function requestHashOf({ customerId, lines, shipTo }: PricedOrderRequest): string {
  const { name, street, city, postalCode, country } = shipTo
  const request = [customerId, lines.map(({ sku, quantity }) => [sku, quantity]), name, street, city, postalCode, country]
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url')
}

/**
 * Request → order.
 * @throws DomainError SKU_REPEATED or ORDER_TOTAL_TOO_LARGE
 */
export function toOrderSnapshot(orderId: string, { customerId, lines, shipTo }: PricedOrderRequest): OrderSnapshot {
  const repeated = lines.find(({ sku }, index) => lines.findIndex((line) => line.sku === sku) !== index)
  if (repeated) throw problem('SKU_REPEATED', `${repeated.sku} stands in more than one line.`)
  const total = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0)
  if (!possibleTotal.Check(total)) throw problem('ORDER_TOTAL_TOO_LARGE', `The total is ${total} cents.`)
  return { orderId, customerId, lines, total, shipTo }
}
