import { expect, test } from 'vitest'
import { text } from '../../../../../../services/shared/runtime/projections/database/table.ts'
import { identityOf, projection, tableNameOf, topicsOf, viewOf } from '../../../../../../services/shared/runtime/projections/projection.ts'

const nothing = () => ({ key: 'k', fold: () => undefined })
const orders = projection({
  name: 'order-list',
  version: 2,
  table: { name: 'orders', key: 'id', columns: { id: text() } },
  events: { 'orders.OrderPlaced': nothing, 'orders.OrderCancelled': nothing, 'payments.CreditReserved': nothing },
})

test('each version of a projection has a view of its own, and each of its generations a table', () => {
  expect([identityOf(orders), viewOf(orders), tableNameOf(orders, 7)]).toEqual(['order-list@2', 'orders_v2', 'orders_v2_g7'])
})

test('it reads the topic of each service whose events it folds, once', () => {
  expect(topicsOf(orders)).toEqual(['orders.events', 'payments.events'])
})
