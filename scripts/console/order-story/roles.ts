import type { EventType } from '../../../services/shared/contracts/events/events.ts'
import type { Role } from './story.ts'

/** A new event is a step, unless it is named here. */
const roles: Readonly<Partial<Record<EventType, Role>>> = {
  'inventory.StockReservationRefused': 'refusal',
  'payments.PaymentDeclined': 'refusal',
  'inventory.StockReleased': 'compensation',
  'inventory.ReservationVoided': 'compensation',
  'payments.PaymentRefunded': 'compensation',
  'payments.PaymentVoided': 'compensation',
  'shipping.ShipmentCancelled': 'compensation',
  'shipping.ParcelRecalled': 'compensation',
  'orders.OrderConfirmed': 'end',
  'orders.OrderShipped': 'end',
  'orders.OrderCancelled': 'end',
}

export const roleOf = (type: string): Role => (roles as Readonly<Record<string, Role | undefined>>)[type] ?? 'step'
