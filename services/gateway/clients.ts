import type { Static, TSchema } from 'typebox'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import {
  Availability,
  AvailabilityList,
  OrderAccepted,
  OrderDetail,
  OrderList,
  type PricedOrderRequest,
  Product,
  ProductList,
  Quote,
} from '../shared/contracts/index.ts'
import type { MeshAnswer, MeshClient, MeshRequest } from '../shared/runtime/mesh-client.ts'
import { DomainError } from '../shared/runtime/problem.ts'
import { UpstreamUnavailable } from '../shared/runtime/upstream-unavailable.ts'

/** Identifies an order: the customer's key, and a hash of what they asked for (prices may change between two tries, the wish does not). */
export interface OrderIdentity {
  readonly idempotencyKey: string
  readonly requestHash: string
}

export type Shop = ReturnType<typeof createShop>

/**
 * The services behind the gateway, as functions.
 * Each throws `UpstreamUnavailable` when there is no usable answer, and the service's own problem (`DomainError`) when it refuses.
 */
export function createShop(mesh: MeshClient) {
  const call = async <Schema extends TSchema>(service: string, request: MeshRequest<Schema>): Promise<Static<Schema>> =>
    bodyOf(service, await mesh.request(service, request))
  const get = <Schema extends TSchema>(service: string, path: string, schema: Schema): Promise<Static<Schema>> =>
    call(service, { method: 'GET', path, schema })
  return {
    products: () => get('catalog', '/products', ProductList),
    product: (sku: string) => get('catalog', `/products/${encodeURIComponent(sku)}`, Product),
    availabilities: () => get('inventory', '/availability', AvailabilityList),
    availability: (sku: string) => get('inventory', `/availability/${encodeURIComponent(sku)}`, Availability),
    quote: (sku: string) => get('shipping', `/quotes/${encodeURIComponent(sku)}`, Quote),
    placeOrder: (body: PricedOrderRequest, { idempotencyKey, requestHash }: OrderIdentity) =>
      call('orders', {
        method: 'POST',
        path: '/orders',
        headers: { 'idempotency-key': idempotencyKey, 'x-request-hash': requestHash },
        body,
        schema: OrderAccepted,
      }),
    cancelOrder: (orderId: string) =>
      call('orders', { method: 'POST', path: `/orders/${encodeURIComponent(orderId)}/cancel`, schema: OrderAccepted }),
    order: (orderId: string) => get('order-history', `/orders/${encodeURIComponent(orderId)}`, OrderDetail),
    customerOrders: (customerId: string, page: URLSearchParams) =>
      get('order-history', `/customers/${encodeURIComponent(customerId)}/orders?${page}`, OrderList),
  }
}

/** What a refusal of a service must look like to be passed on. */
const Refusal = Compile(
  Type.Object({
    code: Type.String({ pattern: '^[A-Z][A-Z0-9_]*$' }),
    title: Type.String(),
    detail: Type.Optional(Type.String()),
    errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
  }),
)

function bodyOf<Body>(service: string, answer: MeshAnswer<Body>): Body {
  if (answer.ok) return answer.body
  const { status, body } = answer
  if (status < 400 || !Refusal.Check(body)) throw new UpstreamUnavailable({ service, reason: 'error', status })
  throw new DomainError({ status, code: body.code, title: body.title, detail: body.detail, errors: body.errors })
}
