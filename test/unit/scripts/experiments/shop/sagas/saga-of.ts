import type { Saga } from '../../../../../../scripts/experiments/shop/sagas/saga.ts'

/** The saga of an order that was placed at 1,000 and has not gone on. */
export const sagaOf = (parts: Partial<Saga> = {}): Saga => ({
  orderId: 'ord_1',
  customerId: 'load-run-0',
  placedAt: 1_000,
  respondBy: 900_000,
  skus: ['MUG-BLUE'],
  charges: 0,
  refunds: 0,
  voided: false,
  released: [],
  notifications: [],
  ...parts,
})

export const confirmed = (parts: Partial<Saga> = {}): Saga => sagaOf({ confirmedAt: 2_000, charges: 1, ...parts })
