import type { Static, TSchema } from 'typebox'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import {
  Availability,
  AvailabilityList,
  CustomerSummary,
  OrderAccepted,
  OrderDetail,
  OrderList,
  type OrderListQuery,
  OrderWorkflow,
  type PricedOrderRequest,
  Product,
  ProductList,
  Quote,
  RevenueByDay,
  type RevenueQuery,
  StockView,
  StuckOrders,
  type StuckQuery,
} from '../shared/contracts/index.ts'
import type { MeshAnswer, MeshClient, MeshRequest } from '../shared/runtime/http/mesh-client.ts'
import { preferredWait } from '../shared/runtime/http/prefer.ts'
import { DomainError } from '../shared/runtime/http/problem.ts'
import { UpstreamUnavailable } from '../shared/runtime/http/upstream-unavailable.ts'
import { currentWork } from '../shared/runtime/process/trace-context.ts'

/** Identifies an order: the customer's key, and a hash of what they asked for (prices may change between two tries, the wish does not). */
export interface OrderIdentity {
  readonly idempotencyKey: string
  readonly requestHash: string
}

/** Headers that pass through the gateway as they are. */
export type PassedHeaders = Readonly<Record<string, string>>

/** An answer with those of its headers that are the caller's business. */
export interface Answered<Body> {
  readonly headers: PassedHeaders
  readonly body: Body
}

/** A page of an order; without body when the caller has it already (304). */
export type OrderPage = Answered<OrderDetail | undefined>

export type Shop = ReturnType<typeof createShop>

/**
 * The services behind the gateway, as functions.
 * Each throws `UpstreamUnavailable` when there is no usable answer, and the service's own problem (`DomainError`) when it refuses.
 */
export function createShop(mesh: MeshClient) {
  const tell = async <Schema extends TSchema>(service: string, request: MeshRequest<Schema>): Promise<Answered<Static<Schema>>> => {
    const answer = await mesh.request(service, request)
    return { headers: chosen(answer.headers, passedBack), body: bodyOf(service, answer) }
  }
  const get = <Schema extends TSchema>(service: string, path: string, schema: Schema): Promise<Static<Schema>> =>
    tell(service, { method: 'GET', path, schema }).then(({ body }) => body)
  return {
    products: () => get('catalog', '/products', ProductList),
    product: (sku: string) => get('catalog', `/products/${encodeURIComponent(sku)}`, Product),
    availabilities: () => get('inventory', '/availability', AvailabilityList),
    availability: (sku: string) => get('inventory', `/availability/${encodeURIComponent(sku)}`, Availability),
    quote: (sku: string) => get('shipping', `/quotes/${encodeURIComponent(sku)}`, Quote),
    placeOrder: (body: PricedOrderRequest, { idempotencyKey, requestHash }: OrderIdentity) =>
      tell('orders', {
        method: 'POST',
        path: '/orders',
        headers: { 'idempotency-key': idempotencyKey, 'x-request-hash': requestHash },
        body,
        schema: OrderAccepted,
      }),
    cancelOrder: (orderId: string, given: GivenHeaders) =>
      tell('orders', {
        method: 'POST',
        path: `/orders/${encodeURIComponent(orderId)}/cancel`,
        headers: chosen(given, ['if-match']),
        schema: OrderAccepted,
      }),
    order: async (orderId: string, at: string | undefined, given: GivenHeaders): Promise<OrderPage> => {
      const headers = chosen(given, ['prefer', 'if-none-match'])
      const seconds = preferredWait(headers.prefer)
      const path = `/orders/${encodeURIComponent(orderId)}${search({ at })}`
      const asIs = () =>
        mesh.request('order-history', { method: 'GET', path, headers: chosen(given, ['if-none-match']), schema: OrderDetail })
      const waiting = (timeoutMs: number, signal: AbortSignal | undefined) =>
        mesh.request('order-history', { method: 'GET', path, headers, timeoutMs, signal, schema: OrderDetail }).catch((error: unknown) => {
          if (!signal?.aborted) throw error
          // We stop: who was ready to wait gets what there is.
          return asIs()
        })
      const answer = seconds === undefined ? await asIs() : await waiting(seconds * 1000 + answerMs, currentWork()?.stopping)
      const body = answer.status === 304 ? undefined : bodyOf('order-history', answer)
      return { headers: chosen(answer.headers, passedBack), body }
    },
    orderNow: (orderId: string) => get('order-history', `/orders/${encodeURIComponent(orderId)}`, OrderDetail),
    workflow: (orderId: string) => get('order-history', `/orders/${encodeURIComponent(orderId)}/workflow`, OrderWorkflow),
    customer: (customerId: string) => get('order-history', `/customers/${encodeURIComponent(customerId)}`, CustomerSummary),
    stuck: (query: StuckQuery) => get('order-history', `/operations/stuck${search(query)}`, StuckOrders),
    stock: () => get('order-history', '/operations/stock', StockView),
    revenue: (query: RevenueQuery) => get('order-history', `/operations/revenue${search(query)}`, RevenueByDay),
    customerOrders: (customerId: string, page: Static<typeof OrderListQuery>) =>
      get('order-history', `/customers/${encodeURIComponent(customerId)}/orders${search(page)}`, OrderList),
  }
}

/** Milliseconds that an answer may take on top of the time that the caller wants it to wait. */
const answerMs = 1500

/** As Fastify gives them. */
type GivenHeaders = Readonly<Record<string, string | string[] | undefined>>

const passedBack = ['etag', 'preference-applied', 'version-awaited']

const chosen = (headers: GivenHeaders, names: readonly string[]): PassedHeaders =>
  Object.fromEntries(names.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]]] : [])))

/** A query string with its question mark, or nothing when there is nothing to say. */
function search(query: Readonly<Record<string, string | number | undefined>>): string {
  const said = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) said.set(name, String(value))
  return said.size > 0 ? `?${said}` : ''
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
  const { code, title, detail, errors } = body
  throw new DomainError({ status, code, title, detail, errors, headers: chosen(answer.headers, ['retry-after']) })
}
