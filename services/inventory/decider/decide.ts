import { type Decision, refuse } from '../../shared/runtime/event-sourcing/decider.ts'
import type { InventoryErrorCode } from '../errors.ts'
import type { InventoryCommand } from './commands.ts'
import type { InventoryEvent, StockState } from './evolve.ts'

type DecisionOf<Type extends InventoryCommand['type']> = (
  data: Extract<InventoryCommand, { type: Type }>['data'],
  state: StockState,
) => Decision<InventoryEvent, InventoryErrorCode>

/** Command + state → events, or a refusal. An order is answered once; whatever comes later for it must not take stock again. */
export function decide(command: InventoryCommand, state: StockState): Decision<InventoryEvent, InventoryErrorCode> {
  switch (command.type) {
    case 'ReceiveStock':
      return receive(command.data, state)
    case 'ReserveStock':
      return reserve(command.data, state)
    case 'SellStock':
      return sell(command.data, state)
    case 'ReleaseStock':
      return release(command.data, state)
  }
}

const receive: DecisionOf<'ReceiveStock'> = (data, { receipts }) => {
  const booked = receipts.get(data.receiptId)
  if (booked === undefined) return [{ type: 'inventory.StockReceived', data }]
  return booked === data.quantity ? [] : refuse('RECEIPT_REUSED', `Receipt ${data.receiptId} was booked with a quantity of ${booked}.`)
}

const reserve: DecisionOf<'ReserveStock'> = ({ sku, quantity, order }, { available, holdings }) => {
  if (holdings.has(order.orderId)) return []
  return quantity <= available
    ? [{ type: 'inventory.StockReserved', data: { sku, quantity, order } }]
    : [{ type: 'inventory.StockReservationRefused', data: { sku, quantity, available, order } }]
}

const sell: DecisionOf<'SellStock'> = ({ sku, orderId }, { holdings }) => {
  const holding = holdings.get(orderId)
  switch (holding?.status) {
    case undefined:
    case 'refused':
      return refuse('STOCK_NOT_RESERVED', `${sku} is not reserved for ${orderId}.`)
    case 'reserved':
      return [{ type: 'inventory.StockSold', data: { sku, quantity: holding.quantity, orderId } }]
    // Released or voided: orders' cancellation overtook the payment, which payments takes back by itself.
    case 'sold':
    case 'released':
    case 'voided':
      return []
  }
}

const release: DecisionOf<'ReleaseStock'> = ({ sku, orderId }, { holdings }) => {
  const holding = holdings.get(orderId)
  switch (holding?.status) {
    case undefined:
      return [{ type: 'inventory.ReservationVoided', data: { sku, orderId } }]
    case 'reserved':
    case 'sold':
      return [{ type: 'inventory.StockReleased', data: { sku, quantity: holding.quantity, orderId, from: holding.status } }]
    case 'refused':
    case 'released':
    case 'voided':
      return []
  }
}
