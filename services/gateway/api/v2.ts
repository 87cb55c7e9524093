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
  RevenueByDay,
  RevenueQuery,
  Sku,
} from '../../shared/contracts/index.ts'
import { customerOrders, customerSummary } from '../handlers/customers.ts'
import { cancelOrder, orderPage, placeOrder, readsOrder } from '../handlers/orders.ts'
import { ProductListPage, ProductPage, productList, productPage } from '../handlers/products.ts'
import { type ApiRoute, type ApiVersion, answer, apiRoute } from './api-route.ts'
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
} from './common-rows.ts'
import { inMoney } from './money.ts'
import { v1 } from './v1.ts'

const OrderPath = Type.Object({ id: OrderId })
const CustomerPath = Type.Object({ id: CustomerId })

const productsInMoney = inMoney(ProductListPage, ['price'])
const productInMoney = inMoney(ProductPage, ['price'])
const orderInMoney = inMoney(OrderDetail, ['total', 'unitPrice'])
const ordersInMoney = inMoney(OrderList, ['total'])
const customerInMoney = inMoney(CustomerSummary, ['charged', 'refunded', 'spent'])
const revenueInMoney = inMoney(RevenueByDay, ['charged', 'refunded', 'revenue'])

/** Rows that are the same in v1. */
const asInV1 = (...operationIds: readonly string[]): readonly ApiRoute[] =>
  operationIds.map((operationId) => {
    const route = v1.routes.find((one) => one.operationId === operationId)
    if (!route) throw new TypeError(`v1 has no ${operationId}.`)
    return route
  })

/** Money is `{ amount, currency }`. */
export const v2: ApiVersion = {
  name: 'v2',
  routes: [
    apiRoute({
      operationId: 'listProducts',
      method: 'GET',
      path: '/products',
      summary: 'All products with price and availability',
      tag: 'products',
      access: 'anonymous',
      answers: {
        200: { description: 'The products; availability is missing while inventory is unavailable', body: productsInMoney.schema },
      },
      handler: async (_request, parts) => answer(200, productsInMoney.of(await productList(parts))),
    }),
    apiRoute({
      operationId: 'getProduct',
      method: 'GET',
      path: '/products/:sku',
      summary: 'One product with price, availability and quote of delivery',
      tag: 'products',
      access: 'anonymous',
      params: Type.Object({ sku: Sku }),
      answers: {
        200: { description: 'The product; parts whose service is unavailable are missing and named', body: productInMoney.schema },
      },
      problems: { 404: ['PRODUCT_UNKNOWN'] },
      handler: async ({ params: { sku } }, parts) => answer(200, productInMoney.of(await productPage(sku, parts))),
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
      handler: async (request, parts) => {
        const { headers: passed, body: accepted } = await placeOrder(request.caller, request.body, request.headers, parts)
        return answer(202, accepted, { ...passed, location: `/v2/orders/${accepted.orderId}` })
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
        200: { description: 'The order', body: orderInMoney.schema, headers: OrderPageHeaders },
        304: { description: 'The caller has this page already', headers: OrderPageHeaders },
      },
      problems: { 400: ['MOMENT_INVALID'], 404: ['ORDER_UNKNOWN', 'ORDER_NOT_YET'] },
      handler: async ({ caller, params: { id }, query: { at }, headers }, parts) => {
        const { headers: passed, body } = await orderPage(caller, id, at, headers, parts)
        return body === undefined ? answer(304, undefined, passed) : answer(200, orderInMoney.of(body), passed)
      },
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
        return answer(202, body, { ...passed, location: `/v2/orders/${id}` })
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
      answers: { 200: { description: 'The customer', body: customerInMoney.schema } },
      problems: { 404: ['CUSTOMER_UNKNOWN'] },
      handler: async ({ caller, params: { id } }, parts) => answer(200, customerInMoney.of(await customerSummary(caller, id, parts))),
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
      answers: { 200: { description: 'One page; `next` is the `after` of the next', body: ordersInMoney.schema } },
      problems: { 400: ['CURSOR_INVALID'] },
      handler: async ({ caller, params: { id }, query }, parts) =>
        answer(200, ordersInMoney.of(await customerOrders(caller, id, query, parts))),
    }),
    apiRoute({
      operationId: 'listRevenue',
      method: 'GET',
      path: '/operations/revenue',
      summary: 'What was charged and given back on each day',
      tag: 'operations',
      access: readOperations,
      query: RevenueQuery,
      answers: { 200: { description: 'Days in UTC, newest first', body: revenueInMoney.schema } },
      problems: { 400: ['PERIOD_INVALID'] },
      handler: async ({ query }, { shop }) => answer(200, revenueInMoney.of(await shop.revenue(query))),
    }),
    ...asInV1('getOrderWorkflow', 'listStuckOrders', 'viewStock', 'getInFlightLimit', 'setInFlightLimit', 'getOwnKey', 'listOwnKeys'),
  ],
}
