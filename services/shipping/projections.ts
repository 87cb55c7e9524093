import type { Shipment } from '../shared/contracts/api/shipping.ts'
import type { ShipmentState } from './decider/evolve.ts'

/** The shipments as they are now, in memory. */
export interface Shipments {
  update(orderId: string, state: ShipmentState): void
  get(orderId: string): Shipment | undefined
}

/** States → shipments. */
export function createShipments(): Shipments {
  const shipments = new Map<string, Shipment>()
  return {
    update: (orderId, state) => {
      switch (state.status) {
        case 'unbooked':
          return
        case 'cancelled':
          shipments.set(orderId, { orderId, status: 'cancelled' })
          return
        default:
          shipments.set(orderId, { orderId, ...state })
      }
    },
    get: (orderId) => shipments.get(orderId),
  }
}
