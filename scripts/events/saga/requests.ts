import type { OrderSnapshot } from '../../../services/shared/contracts/values.ts'
import type { CommandMessage } from '../../../services/shared/runtime/event-sourcing/decider.ts'
import type { EventSourcedName } from '../../../services/shop.ts'

const order: OrderSnapshot = {
  orderId: `ord_${'1'.padStart(22, '0')}`,
  customerId: 'ada',
  lines: ['MUG', 'TEA'].map((sku) => ({ sku, quantity: 1, unitPrice: 1000 })),
  total: 2000,
  shipTo: { name: 'Ada Byron', street: 'Quay 1', city: 'Hamburg', postalCode: '20457', country: 'DE' },
}
const { orderId, customerId } = order
const respondBy = '2026-01-01T00:15:00.000Z'

const at = '2026-01-01T00:00:00.000Z'
const definition = { select: { prefix: '/canary' }, variables: {}, settings: {} }
const evidence = {
  canary: { answered: 40, bad: 20 },
  prod: { answered: 360, bad: 0 },
  span: 'release',
  pValue: 1e-23,
  threshold: 0.001,
}

const plan = { id: 'basic', throttle: { rate: 10, burst: 20 }, quota: { month: 1000 } }
const keyId = 'bwk_abcdefghij01'
const sha256 = '0'.repeat(64)

const commandTo = (
  service: EventSourcedName,
  aggregateId: string,
  type: string,
  data: object,
): readonly [EventSourcedName, CommandMessage] => [service, { aggregateId, command: { type, data } }]

/** What people and the seed commands may ask for, each in the forms that make a difference: one order of two lines, with and without stock and credit. */
export const requests = [
  commandTo('gateway', 'stages', 'PublishStage', { stage: 'canary', definition, percent: 10, at }),
  commandTo('gateway', 'stages', 'ShiftStageTraffic', { stage: 'canary', percent: 20, at }),
  commandTo('gateway', 'stages', 'RollBackStage', { stage: 'canary', at }),
  commandTo('gateway', 'stages', 'PublishStage', { stage: 'beta', definition, at }),
  commandTo('gateway', 'stages', 'PublishStage', { stage: 'prod', definition: { ...definition, select: {} }, percent: 1, at }),
  commandTo('gateway', 'stages', 'ShiftStageTraffic', { stage: 'prod', percent: 1, at }),
  commandTo('gateway', 'stages', 'ShiftStageTraffic', { stage: 'beta', percent: 1, at }),
  commandTo('gateway', 'stages', 'RollBackStage', { stage: 'canary', to: 7, at }),
  commandTo('gateway', 'stages', 'UndoRelease', { stage: 'canary', version: 1, evidence, at }),
  commandTo('gateway', 'plan-basic', 'PutUsagePlan', { plan, at }),
  commandTo('gateway', 'plan-basic', 'RemoveUsagePlan', { planId: 'basic', at }),
  commandTo('gateway', `key-${keyId}`, 'CreateApiKey', { keyId, name: 'a partner', planId: 'basic', scopes: [], sha256, at }),
  commandTo('gateway', `key-${keyId}`, 'RotateApiKey', { keyId, sha256, previousUntil: at, at }),
  commandTo('gateway', `key-${keyId}`, 'RevokeApiKey', { keyId, at }),
  commandTo('catalog', 'MUG', 'ListProduct', { sku: 'MUG', name: 'Mug', description: '', price: 1000 }),
  commandTo('catalog', 'MUG', 'ChangePrice', { sku: 'MUG', price: 900 }),
  commandTo('orders', orderId, 'PlaceOrder', { order, requestHash: 'h', respondBy }),
  commandTo('orders', orderId, 'PlaceOrder', { order, requestHash: 'another', respondBy }),
  commandTo('orders', orderId, 'CancelOrder', { orderId, reason: 'customer', detail: 'Cancelled by the customer.' }),
  commandTo('inventory', 'MUG', 'ReceiveStock', { sku: 'MUG', quantity: 1, receiptId: 'opening' }),
  commandTo('inventory', 'MUG', 'ReceiveStock', { sku: 'MUG', quantity: 2, receiptId: 'opening' }),
  commandTo('inventory', 'TEA', 'ReceiveStock', { sku: 'TEA', quantity: 1, receiptId: 'opening' }),
  commandTo('payments', customerId, 'ChangeCreditLimit', { customerId, limit: 0 }),
  commandTo('payments', customerId, 'ChangeCreditLimit', { customerId, limit: 2000 }),
  commandTo('shipping', orderId, 'DispatchParcel', { orderId }),
] as const
