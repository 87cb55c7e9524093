import { Type } from 'typebox'
import {
  CustomerId,
  CustomerSummary,
  OrderAccepted,
  OrderDetail,
  OrderId,
  OrderList,
  OrderListQuery,
  OrderQuery,
  OrderRequest,
  OrderWorkflow,
  RevenueByDay,
  RevenueQuery,
  Sku,
  StockView,
  StuckOrders,
  StuckQuery,
} from '../../shared/contracts/index.ts'
import { customerOrders, customerSummary } from '../handlers/customers.ts'
import { cancelOrder, orderPage, orderWorkflow, placeOrder, readsOrder } from '../handlers/orders.ts'
import { ProductListPage, ProductPage, productList, productPage } from '../handlers/products.ts'
import { InFlightLimitNow, TemporaryLimit } from '../handlers/temporary-limit.ts'
import { developerRows, planRows } from '../plans/rows.ts'
import { stageRows } from '../stages/rows.ts'
import { type ApiVersion, answer, apiRoute } from './api-route.ts'
import {
  AcceptedHeaders,
  CancelHeaders,
  cancelProblems,
  OrderPageHeaders,
  ownOrders,
  PageConditions,
  PlaceHeaders,
  placeProblems,
  readOperations,
  writeOperations,
} from './common-rows.ts'

const OrderPath = Type.Object({ id: OrderId })
const CustomerPath = Type.Object({ id: CustomerId })

/** Money is an integer of euro cents. */
export const v1: ApiVersion = {
  name: 'v1',
  deprecation: { since: new Date('2026-11-29T00:00:00Z'), sunset: new Date('2027-11-30T00:00:00Z'), successor: 'v2' },
  routes: [
    apiRoute({
      operationId: 'listProducts',
      method: 'GET',
      path: '/products',
      summary: 'All products with price and availability',
      tag: 'products',
      access: 'anonymous',
      answers: { 200: { description: 'The products; availability is missing while inventory is unavailable', body: ProductListPage } },
      handler: async (_request, parts) => answer(200, await productList(parts)),
    }),
    apiRoute({
      operationId: 'getProduct',
      method: 'GET',
      path: '/products/:sku',
      summary: 'One product with price, availability and quote of delivery',
      tag: 'products',
      access: 'anonymous',
      params: Type.Object({ sku: Sku }),
      answers: { 200: { description: 'The product; parts whose service is unavailable are missing and named', body: ProductPage } },
      problems: { 404: ['PRODUCT_UNKNOWN'] },
      handler: async ({ params: { sku } }, parts) => answer(200, await productPage(sku, parts)),
    }),
    apiRoute({
      operationId: 'placeOrder',
      method: 'POST',
      path: '/orders',
      summary: 'Place an order; the same Idempotency-Key places it once',
      tag: 'orders',
      access: ownOrders,
      headers: PlaceHeaders,
      body: OrderRequest,
      answers: { 202: { description: 'Taken; it is decided later', body: OrderAccepted, headers: AcceptedHeaders } },
      problems: placeProblems,
      handler: async ({ caller, body, headers }, parts) => {
        const { headers: passed, body: accepted } = await placeOrder(caller, body, headers, parts)
        return answer(202, accepted, { ...passed, location: `/v1/orders/${accepted.orderId}` })
      },
    }),
    apiRoute({
      operationId: readsOrder,
      method: 'GET',
      path: '/orders/:id',
      summary: 'An order with its timeline, as it is or as it was; can wait for a change',
      tag: 'orders',
      access: ownOrders,
      params: OrderPath,
      query: OrderQuery,
      headers: PageConditions,
      answers: {
        200: { description: 'The order', body: OrderDetail, headers: OrderPageHeaders },
        304: { description: 'The caller has this page already', headers: OrderPageHeaders },
      },
      problems: { 400: ['MOMENT_INVALID'], 404: ['ORDER_UNKNOWN', 'ORDER_NOT_YET'] },
      handler: async ({ caller, params: { id }, query: { at }, headers }, parts) => {
        const { headers: passed, body } = await orderPage(caller, id, at, headers, parts)
        return body === undefined ? answer(304, undefined, passed) : answer(200, body, passed)
      },
    }),
    apiRoute({
      operationId: 'getOrderWorkflow',
      method: 'GET',
      path: '/orders/:id/workflow',
      summary: 'The step an order is in, how long each step took, and which service it waits for',
      tag: 'orders',
      access: ownOrders,
      params: OrderPath,
      answers: { 200: { description: 'The steps', body: OrderWorkflow } },
      problems: { 404: ['ORDER_UNKNOWN'] },
      handler: async ({ caller, params: { id } }, parts) => answer(200, await orderWorkflow(caller, id, parts)),
    }),
    apiRoute({
      operationId: 'cancelOrder',
      method: 'POST',
      path: '/orders/:id/cancel',
      summary: 'Cancel an order that is not shipped: stock is released and money given back',
      tag: 'orders',
      access: ownOrders,
      params: OrderPath,
      headers: CancelHeaders,
      answers: { 202: { description: 'Taken', body: OrderAccepted, headers: AcceptedHeaders } },
      problems: cancelProblems,
      handler: async ({ caller, params: { id }, headers }, parts) => {
        const { headers: passed, body } = await cancelOrder(caller, id, headers, parts)
        return answer(202, body, { ...passed, location: `/v1/orders/${id}` })
      },
    }),
    apiRoute({
      operationId: 'getCustomer',
      method: 'GET',
      path: '/customers/:id',
      summary: 'How a customer stands: orders, and money charged and given back',
      tag: 'customers',
      access: ownOrders,
      params: CustomerPath,
      answers: { 200: { description: 'The customer', body: CustomerSummary } },
      problems: { 404: ['CUSTOMER_UNKNOWN'] },
      handler: async ({ caller, params: { id } }, parts) => answer(200, await customerSummary(caller, id, parts)),
    }),
    apiRoute({
      operationId: 'listCustomerOrders',
      method: 'GET',
      path: '/customers/:id/orders',
      summary: 'Orders of a customer, newest first, page by page',
      tag: 'customers',
      access: ownOrders,
      params: CustomerPath,
      query: OrderListQuery,
      answers: { 200: { description: 'One page; `next` is the `after` of the next', body: OrderList } },
      problems: { 400: ['CURSOR_INVALID'] },
      handler: async ({ caller, params: { id }, query }, parts) => answer(200, await customerOrders(caller, id, query, parts)),
    }),
    apiRoute({
      operationId: 'listStuckOrders',
      method: 'GET',
      path: '/operations/stuck',
      summary: 'Orders that wait too long for one answer, and for whose',
      tag: 'operations',
      access: readOperations,
      query: StuckQuery,
      answers: { 200: { description: 'The longest wait first', body: StuckOrders } },
      handler: async ({ query }, { shop }) => answer(200, await shop.stuck(query)),
    }),
    apiRoute({
      operationId: 'viewStock',
      method: 'GET',
      path: '/operations/stock',
      summary: 'Where the pieces of each product are',
      tag: 'operations',
      access: readOperations,
      answers: { 200: { description: 'By SKU', body: StockView } },
      handler: async (_request, { shop }) => answer(200, await shop.stock()),
    }),
    apiRoute({
      operationId: 'listRevenue',
      method: 'GET',
      path: '/operations/revenue',
      summary: 'What was charged and given back on each day',
      tag: 'operations',
      access: readOperations,
      query: RevenueQuery,
      answers: { 200: { description: 'Days in UTC, newest first', body: RevenueByDay } },
      problems: { 400: ['PERIOD_INVALID'] },
      handler: async ({ query }, { shop }) => answer(200, await shop.revenue(query)),
    }),
    apiRoute({
      operationId: 'getInFlightLimit',
      method: 'GET',
      path: '/operations/in-flight-limit',
      summary: 'How many requests this replica takes at once',
      tag: 'operations',
      access: readOperations,
      answers: { 200: { description: 'What holds now', body: InFlightLimitNow } },
      handler: (_request, { inFlightLimit }) => answer(200, inFlightLimit.now()),
    }),
    apiRoute({
      operationId: 'setInFlightLimit',
      method: 'POST',
      path: '/operations/in-flight-limit',
      summary: 'Another upper limit for this replica, for at most ten minutes',
      tag: 'operations',
      access: writeOperations,
      body: TemporaryLimit,
      answers: { 200: { description: 'What holds now', body: InFlightLimitNow } },
      handler: ({ body }, { inFlightLimit }) => answer(200, inFlightLimit.setFor(body)),
    }),
    ...stageRows,
    ...planRows,
    ...developerRows,
  ],
}
