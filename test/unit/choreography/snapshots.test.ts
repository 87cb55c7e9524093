import fc from 'fast-check'
import { type Map as ImmutableMap, isMap } from 'immutable'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { catalogDecider } from '../../../services/catalog/decider/decider.ts'
import { inventoryDecider } from '../../../services/inventory/decider/decider.ts'
import type { Command, Decider, DomainEvent } from '../../../services/shared/runtime/event-sourcing/decider.ts'
import type { EventSourcedName } from '../../../services/shop.ts'
import { live, plans } from './day-in-the-shop.ts'
import { type Deciders, deciders, participants } from './shop-model.ts'

type AnyDecider = Decider<unknown, Command, DomainEvent>

/** For comparison: immutable maps as what they hold, in no order. */
const plain = (state: unknown): unknown =>
  Object.fromEntries(
    Object.entries(state as object).map(([name, value]) => [name, isMap(value) ? new Map(value as ImmutableMap<string, unknown>) : value]),
  )

function throughJson(decider: AnyDecider, state: unknown): unknown {
  const { snapshot } = decider
  if (!snapshot) throw new Error('the decider has no snapshots')
  const json: unknown = JSON.parse(JSON.stringify(snapshot.toJson(state)))
  const errors = Compile<TSchema>(snapshot.schema).Errors(json)
  if (errors.length > 0) throw new Error(JSON.stringify(errors))
  return snapshot.fromJson(json)
}

/** fold(all) = fold(snapshot(prefix) + tail) */
function checkHistory(decider: AnyDecider, events: readonly DomainEvent[], cut: number): void {
  const fold = (state: unknown, some: readonly DomainEvent[]) => some.reduce((folded, event) => decider.evolve(folded, event), state)
  const at = cut % (events.length + 1)
  const resumed = fold(throughJson(decider, fold(decider.initial, events.slice(0, at))), events.slice(at))
  expect(plain(resumed)).toEqual(plain(fold(decider.initial, events)))
}

const everyHistory = (service: EventSourcedName, rules: Deciders) =>
  fc.property(plans, fc.nat({ max: 1000 }), (plan, cut) => {
    const { shop } = live(plan, deciders, () => undefined)
    for (const events of shop.histories(service).values()) checkHistory(rules[service], events, cut)
  })

test.each(participants)('%s: a snapshot at any moment and the events since then are worth all events', (service) => {
  fc.assert(everyHistory(service, deciders), { numRuns: 60 })
})

test('catalog: the same', () => {
  const product = { sku: 'MUG', name: 'Mug', description: '', price: 1 }
  const prices = fc.array(fc.nat())
  fc.assert(
    fc.property(prices, fc.nat(), (list, cut) => {
      const changes = list.map((price) => ({ type: 'catalog.PriceChanged', data: { sku: 'MUG', price, previous: 0 } }))
      checkHistory(catalogDecider, [{ type: 'catalog.ProductListed', data: product }, ...changes], cut)
    }),
  )
})

test('names that mean something to JavaScript survive', () => {
  const received = { type: 'inventory.StockReceived', data: { sku: 'MUG', quantity: 1, receiptId: '__proto__' } }
  checkHistory(inventoryDecider, [received, received], 1)
})

test('negative control: a snapshot that forgets the orders that ended is found out', () => {
  const { snapshot } = deciders.payments
  if (!snapshot) throw new Error('payments have no snapshots')
  const forgetful: Deciders['payments'] = {
    ...deciders.payments,
    snapshot: { ...snapshot, toJson: (state) => ({ ...(snapshot.toJson(state) as object), ended: [] }) },
  }
  expect(fc.check(everyHistory('payments', { ...deciders, payments: forgetful }), { numRuns: 300 }).failed).toBe(true)
})
