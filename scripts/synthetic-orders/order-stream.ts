import type { OrderRequest } from '../../services/shared/contracts/api/orders.ts'
import { assortment } from '../../services/shared/contracts/assortment.ts'
import { seededRandom } from './seeded-random.ts'

/** An order with the key under which it is the same order however often it is sent. */
export interface KeyedOrder {
  readonly idempotencyKey: string
  readonly request: OrderRequest
}

/** Cheap and plentiful, so that a load measures the shop and not its refusals. Euro cents. */
const maxPrice = 5_000
const plentiful = 1_000
const skus = assortment.filter(({ price, stock }) => price <= maxPrice && stock >= plentiful).map(({ sku }) => sku)

/**
 * `count` orders, the same for the same seed: one to three lines of one or two pieces each.
 * @param customers who order in turn; their credit is finite, so a large load needs many
 */
export function* orderStream({ seed, count, customers }: { seed: string; count: number; customers: number }): Generator<KeyedOrder> {
  const random = seededRandom([...seed].reduce((hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0), 7))
  const pick = (below: number) => Math.floor(random() * below)
  for (let n = 0; n < count; n++) {
    const first = pick(skus.length)
    const lines = Array.from({ length: 1 + pick(3) }, (_, line) => ({
      sku: skus[(first + line) % skus.length] ?? '',
      quantity: 1 + pick(2),
    }))
    yield {
      idempotencyKey: `load-${seed}-${n}`,
      request: {
        customerId: `load-${seed}-${n % customers}`,
        lines,
        shipTo: { name: `Customer ${n % customers}`, street: '1 Quay', city: 'Harbour', postalCode: '10000', country: 'DE' },
      },
    }
  }
}
