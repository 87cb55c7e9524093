import { test } from 'vitest'
import { shippingDecider } from '../../../../services/shipping/decider/decider.ts'
import { specify } from '../../given-when-then.ts'
import { orderSnapshot } from '../../order-snapshots.ts'

const given = specify(shippingDecider)
const order = orderSnapshot('1', ['2 MUG'])
const { orderId } = order
const trackingId = orderId.replace('ord_', 'trk_')

const booked = { type: 'shipping.ShipmentBooked', data: { order, trackingId } } as const
const dispatched = { type: 'shipping.ParcelDispatched', data: { orderId, trackingId } } as const
const cancelled = { type: 'shipping.ShipmentCancelled', data: { orderId } } as const
const recalled = { type: 'shipping.ParcelRecalled', data: { orderId, trackingId } } as const

const book = { type: 'BookShipment', data: { order } } as const
const dispatch = { type: 'DispatchParcel', data: { orderId } } as const
const cancel = { type: 'CancelShipment', data: { orderId } } as const

test('a shipment is booked once, under a tracking id of its order', () => {
  given().when(book).thenEvents(booked)
  given(booked).when(book).thenEvents()
  given(booked, dispatched).when(book).thenEvents()
})
test('a booking that comes after the cancellation sends nothing', () => {
  given(cancelled).when(book).thenEvents()
  given(booked, dispatched, recalled).when(book).thenEvents()
})

test('a booked parcel is dispatched once', () => {
  given(booked).when(dispatch).thenEvents(dispatched)
  given(booked, dispatched).when(dispatch).thenEvents()
})
test('there is nothing to dispatch before the booking', () => given().when(dispatch).thenRefused('SHIPMENT_UNKNOWN'))
test('a cancelled shipment is not dispatched', () => {
  given(booked, cancelled).when(dispatch).thenRefused('SHIPMENT_CANCELLED')
  given(booked, dispatched, recalled).when(dispatch).thenRefused('SHIPMENT_CANCELLED')
})

test('a shipment is cancelled once, booked or not', () => {
  given().when(cancel).thenEvents(cancelled)
  given(booked).when(cancel).thenEvents(cancelled)
  given(booked, cancelled).when(cancel).thenEvents()
})
test('a parcel on its way is called back, once', () => {
  given(booked, dispatched).when(cancel).thenEvents(recalled)
  given(booked, dispatched, recalled).when(cancel).thenEvents()
})
