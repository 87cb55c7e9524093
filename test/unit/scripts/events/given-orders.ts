import type { OrderSnapshot } from '../../../../services/shared/contracts/values.ts'
import type { Given } from './written-log.ts'

/** An order of two lines, named by a letter. */
export const order = (letter: string, quantity = 2): OrderSnapshot => ({
  orderId: `ord_${letter.repeat(22)}`,
  customerId: `customer-${letter}`,
  lines: [
    { sku: 'MUG-BLUE', quantity, unitPrice: 1450 },
    { sku: 'TEA-MINT', quantity: 1, unitPrice: 790 },
  ],
  total: quantity * 1450 + 790,
  shipTo: { name: 'Ann', street: '1 Quay', city: 'Harbour', postalCode: '10000', country: 'DE' },
})
const respondBy = '2026-01-02T03:19:05.000Z'

export const placing = (letter: string, quantity?: number): Given => ({
  service: 'orders',
  id: `place-${letter}`,
  aggregateId: order(letter).orderId,
  command: { type: 'PlaceOrder', data: { order: order(letter, quantity), requestHash: letter, respondBy } },
})

export const receiving = (sku: string): Given => ({
  service: 'inventory',
  id: `receive-${sku}`,
  aggregateId: sku,
  command: { type: 'ReceiveStock', data: { sku, quantity: 10, receiptId: 'first' } },
})

export const cancelling = (letter: string): Given => ({
  service: 'orders',
  id: `cancel-${letter}`,
  aggregateId: order(letter).orderId,
  command: { type: 'CancelOrder', data: { orderId: order(letter).orderId, reason: 'customer', detail: 'changed their mind' } },
})
