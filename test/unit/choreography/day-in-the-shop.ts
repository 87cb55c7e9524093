import fc from 'fast-check'
import type { OrderSnapshot } from '../../../services/shared/contracts/values.ts'
import type { EventSourcedName } from '../../../services/shop.ts'
import { orderSnapshot, respondBy } from '../order-snapshots.ts'
import { type Deciders, participants, ShopModel, type Step } from './shop-model.ts'

export const skus = ['MUG', 'TEA', 'LAMP']
export const customers = ['ada', 'bob']

const line = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.constantFrom(...skus))

interface Wish {
  readonly customerId: string
  readonly lines: readonly (readonly [number, string])[]
  /** Whether and when the customer cancels; `late`: once the parcel is on its way, perhaps before orders knows. */
  readonly cancels: 'never' | 'any time' | 'late'
  /** How often the order's timer fires while somebody's answer is awaited: at any moment, so as if the order had little time or much. */
  readonly expires: number
  /** Whether the warehouse dispatches the parcel once it is booked. */
  readonly dispatched: boolean
}

/** At-least-once: before step number `before`, `service` is handed the last `by` events of every aggregate again. */
interface Redelivery {
  readonly before: number
  readonly service: EventSourcedName
  readonly by: number
}

export interface Plan {
  readonly wishes: readonly Wish[]
  /** Of each SKU. */
  readonly stock: number
  /** Which of the possible steps is next. */
  readonly choices: Iterator<number>
  readonly redeliveries: readonly Redelivery[]
}

/** Few of everything: orders of ten euros a piece compete for the stock and for 500 euros of credit. */
export const plans: fc.Arbitrary<Plan> = fc.record({
  wishes: fc.array(
    fc.record({
      customerId: fc.constantFrom(...customers),
      lines: fc.uniqueArray(line, { minLength: 1, maxLength: 3, selector: ([, sku]) => sku }),
      cancels: fc.constantFrom('never', 'any time', 'late'),
      expires: fc.constantFrom(0, 0, 1, 2),
      dispatched: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  stock: fc.integer({ min: 1, max: 50 }),
  choices: fc.infiniteStream(fc.nat({ max: 1000 })),
  redeliveries: fc.array(
    fc.record({ before: fc.nat({ max: 150 }), service: fc.constantFrom(...participants), by: fc.integer({ min: 1, max: 5 }) }),
    { maxLength: 8 },
  ),
})

export interface Day {
  readonly shop: ShopModel
  readonly orders: readonly OrderSnapshot[]
}

/**
 * Lives through one day as planned, until nothing is left to do.
 * @param look is called before every step
 */
export function live(plan: Plan, rules: Deciders, look: (shop: ShopModel) => void): Day {
  const shop = new ShopModel(rules)
  const orders = plan.wishes.map(({ customerId, lines }, index) =>
    orderSnapshot(
      String(index),
      lines.map(([quantity, sku]) => `${quantity} ${sku}`),
      customerId,
    ),
  )
  for (const sku of skus) {
    shop.send('inventory', {
      aggregateId: sku,
      command: { type: 'ReceiveStock', data: { sku, quantity: plan.stock, receiptId: 'opening' } },
    })
  }
  for (const order of orders) {
    shop.send('orders', { aggregateId: order.orderId, command: { type: 'PlaceOrder', data: { order, requestHash: 'h', respondBy } } })
  }
  const acts = new Set(plan.wishes.flatMap((wish, index) => actsOf(wish, shop, orders[index]?.orderId ?? '')))
  let count = 0
  shop.run((steps) => {
    look(shop)
    for (const { service, by } of plan.redeliveries.filter(({ before }) => before === count)) shop.redeliver(service, by)
    // People act when they like: an act is one more step that can be chosen.
    const due = [...acts].filter((act) => act.due())
    const possible = [...steps, ...due]
    const step = possible[plan.choices.next().value % Math.max(1, possible.length)]
    count += 1
    for (const act of due) if (act === step) acts.delete(act)
    return step
  })
  return { shop, orders }
}

interface Act extends Step {
  due(): boolean
}

function actsOf({ cancels, expires, dispatched }: Wish, shop: ShopModel, orderId: string): Act[] {
  const reason = { orderId, reason: 'customer', detail: 'Cancelled by the customer.' }
  const shipmentIs = (status: string) => shop.state('shipping', orderId).status === status
  const cancel: Act = {
    name: 'the customer cancels',
    due: () => cancels === 'any time' || shipmentIs('dispatched'),
    run: () => shop.send('orders', { aggregateId: orderId, command: { type: 'CancelOrder', data: reason } }),
  }
  const dispatch: Act = {
    name: 'the warehouse dispatches',
    due: () => shipmentIs('booked'),
    run: () => shop.send('shipping', { aggregateId: orderId, command: { type: 'DispatchParcel', data: { orderId } } }),
  }
  const expire = (): Act => ({
    name: 'the timer fires',
    due: () => shop.deadline('orders', orderId) !== undefined,
    run: () => {
      const deadline = shop.deadline('orders', orderId)
      if (deadline) shop.send('orders', { aggregateId: orderId, command: deadline.command })
    },
  })
  return [...(cancels === 'never' ? [] : [cancel]), ...Array.from({ length: expires }, expire), ...(dispatched ? [dispatch] : [])]
}
