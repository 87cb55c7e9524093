import type { Shipment } from '../shared/contracts/api/shipping.ts'
import type { ShippingEvent } from './decider/evolve.ts'

/** The shipments as they are now, in memory. */
export interface Shipments {
  project(event: ShippingEvent): void
  get(orderId: string): Shipment | undefined
}

/** Events → shipments. */
export function createShipments(): Shipments {
  const shipments = new Map<string, Shipment>()
  return {
    project({ type, data }) {
      switch (type) {
        case 'shipping.ShipmentBooked': {
          const { trackingId, order } = data
          shipments.set(order.orderId, { orderId: order.orderId, status: 'booked', trackingId })
          return
        }
        case 'shipping.ShipmentCancelled':
          shipments.set(data.orderId, { orderId: data.orderId, status: 'cancelled' })
          return
        case 'shipping.ParcelDispatched':
          shipments.set(data.orderId, { ...data, status: 'dispatched' })
          return
        case 'shipping.ParcelRecalled':
          shipments.set(data.orderId, { ...data, status: 'recalled' })
          return
      }
    },
    get: (orderId) => shipments.get(orderId),
  }
}
