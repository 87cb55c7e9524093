import type { OrderSnapshot } from '../../services/shared/contracts/values.ts'

/** An order id that reads well in a message log: `orderId('1')` is `ord_` and 22 characters that end in 1. */
export const orderId = (name: string): string => `ord_${name.padStart(22, '0')}`

/** Until when the orders of the tests are to be confirmed. */
export const respondBy = '2026-01-01T00:15:00.000Z'

/** An order of lines such as `'2 MUG-BLUE'` at ten euros a piece, placed by `ada` unless said otherwise. */
export function orderSnapshot(name: string, lines: readonly string[], customerId = 'ada'): OrderSnapshot {
  const priced = lines.map((line) => {
    const [quantity = '', sku = ''] = line.split(' ')
    return { sku, quantity: Number(quantity), unitPrice: 1000 }
  })
  return {
    orderId: orderId(name),
    customerId,
    lines: priced,
    total: priced.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0),
    shipTo: { name: 'Ada Byron', street: 'Quay 1', city: 'Hamburg', postalCode: '20457', country: 'DE' },
  }
}
