import { createHash } from 'node:crypto'
import { assortment } from '../../../../services/shared/contracts/assortment.ts'
import { commandsTopic } from '../../../../services/shared/contracts/topology.ts'
import type { OrderSnapshot } from '../../../../services/shared/contracts/values.ts'
import type { EventLog, OutgoingRecord } from '../../../../services/shared/runtime/kafka/event-log.ts'
import { deriveId } from '../../../../services/shared/runtime/messaging/derive-id.ts'
import { encodeRecord } from '../../../../services/shared/runtime/messaging/record-codec.ts'
import type { KeyedOrder } from '../../../synthetic-orders/order-stream.ts'

const prices = new Map<string, number>(assortment.map(({ sku, price }) => [sku, price]))

/**
 * Places orders with a deadline of our own, which customers cannot choose: the command that the orders service writes for them, written by
 * ourselves.
 * @param respondBy ms since 1970
 */
export const placeByCommand = (eventLog: Pick<EventLog, 'produce'>, orders: readonly KeyedOrder[], respondBy: number): Promise<void> =>
  eventLog.produce(orders.map((order) => placing(order, respondBy)))

function placing({ idempotencyKey, request }: KeyedOrder, respondBy: number): OutgoingRecord {
  const orderId = `ord_${deriveId(request.customerId, idempotencyKey)}`
  const lines = request.lines.map((line) => ({ ...line, unitPrice: prices.get(line.sku) ?? 1 }))
  const total = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0)
  const order: OrderSnapshot = { ...request, orderId, lines, total }
  const id = deriveId('experiment', orderId)
  const origin = { causationId: id, correlationId: orderId, time: new Date().toISOString() }
  const envelope = { id, type: 'PlaceOrder', schemaVersion: 1, aggregateId: orderId, version: 0, ...origin }
  const requestHash = createHash('sha256').update(JSON.stringify(request)).digest('base64url')
  return encodeRecord(commandsTopic('orders'), envelope, { order, requestHash, respondBy: new Date(respondBy).toISOString() })
}
