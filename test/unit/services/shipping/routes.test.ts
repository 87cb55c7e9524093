import { expect, test } from 'vitest'
import { shippingService } from '../../../../services/shipping/app.ts'
import type { ShippingEvent } from '../../../../services/shipping/decider/evolve.ts'
import { orderSnapshot } from '../../order-snapshots.ts'
import { serviceInMemory } from '../../service-in-memory.ts'

const order = orderSnapshot('1', ['2 MUG'])
const { orderId } = order
const booked = { type: 'shipping.ShipmentBooked', data: { order, trackingId: 'trk_1' } } as const
/** @param ofTheOrder what happened to its shipment before */
const shipping = (...ofTheOrder: readonly ShippingEvent[]) => serviceInMemory(shippingService(), [orderId, ...ofTheOrder])
const dispatch = { method: 'POST', url: `/shipments/${orderId}/dispatch` } as const

test.each([
  ['MAP-COAST', 290, 3],
  ['MUG-BLUE', 490, 2],
  ['BOAT-MODEL', 1490, 5],
])('a quote is flat by weight class: %s', async (sku, price, days) => {
  expect((await shipping().app.inject(`/quotes/${sku}`)).json()).toEqual({ sku, price, days })
})

test('a garbage SKU has no quote', async () => expect((await shipping().app.inject('/quotes/nope!')).statusCode).toBe(400))

test('a booked parcel is dispatched, once', async () => {
  const { app } = shipping(booked)
  expect((await app.inject(`/shipments/${orderId}`)).json()).toEqual({ orderId, status: 'booked', trackingId: 'trk_1' })
  for (const _attempt of [1, 2]) expect((await app.inject(dispatch)).statusCode).toBe(204)
  expect((await app.inject(`/shipments/${orderId}`)).json()).toEqual({ orderId, status: 'dispatched', trackingId: 'trk_1' })
})

test('an unknown shipment is a 404', async () => {
  const { app } = shipping()
  for (const request of [dispatch, { method: 'GET', url: `/shipments/${orderId}` } as const]) {
    const answer = await app.inject(request)
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'SHIPMENT_UNKNOWN'])
  }
})

test('a cancelled shipment is not dispatched', async () => {
  const { app } = shipping(booked, { type: 'shipping.ShipmentCancelled', data: { orderId } })
  const answer = await app.inject(dispatch)
  expect([answer.statusCode, answer.json().code]).toEqual([409, 'SHIPMENT_CANCELLED'])
  expect((await app.inject(`/shipments/${orderId}`)).json()).toEqual({ orderId, status: 'cancelled' })
})

test('a parcel called back is shown as such', async () => {
  const { app } = shipping(booked, { type: 'shipping.ParcelRecalled', data: { orderId, trackingId: 'trk_1' } })
  expect((await app.inject(`/shipments/${orderId}`)).json()).toEqual({ orderId, status: 'recalled', trackingId: 'trk_1' })
})

test('a garbage order id is refused and nothing is submitted', async () => {
  const { app, submitted } = shipping()
  expect((await app.inject({ method: 'POST', url: '/shipments/1/dispatch' })).json().code).toBe('VALIDATION_FAILED')
  expect(submitted).toEqual([])
})
