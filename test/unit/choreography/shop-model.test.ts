import fc from 'fast-check'
import { expect, test } from 'vitest'
import { orderId, orderSnapshot, respondBy } from '../order-snapshots.ts'
import { ShopInMemory } from './shop-in-memory.ts'
import { type Deciders, deciders, ShopModel } from './shop-model.ts'

/** Some orders that compete for stock and credit, one of them cancelled at once; which step is next, and which is done twice. */
const histories = fc.record({
  quantities: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 3 }),
  choices: fc.infiniteStream(fc.nat({ max: 1000 })),
  partitions: fc.constantFrom(1, 3),
})

type History = typeof histories extends fc.Arbitrary<infer Value> ? Value : never
type Input = readonly [service: 'orders' | 'inventory', aggregateId: string, type: string, data: object]

const inputsOf = (quantities: readonly number[]): Input[] => [
  ...['MUG', 'TEA'].map((sku): Input => ['inventory', sku, 'ReceiveStock', { sku, quantity: 40, receiptId: 'r' }]),
  ...quantities.map((quantity, index): Input => {
    const order = orderSnapshot(String(index), [`${quantity} MUG`, '1 TEA'])
    return ['orders', order.orderId, 'PlaceOrder', { order, requestHash: 'h', respondBy }]
  }),
  ['orders', orderId('0'), 'CancelOrder', { orderId: orderId('0'), reason: 'customer', detail: 'Cancelled by the customer.' }],
]

/** Lets the runtime go its way, and the model the same way step by step. @returns what each of them decided */
async function sideBySide(rules: Deciders, { quantities, choices, partitions }: History) {
  const shop = new ShopInMemory({ partitions })
  const model = new ShopModel(rules)
  for (const [service, aggregateId, type, data] of inputsOf(quantities)) {
    await shop.send(service, { aggregateId, command: { type, data } })
    model.send(service, { aggregateId, command: { type, data } })
  }
  for (let steps = await shop.steps(); steps.length > 0; steps = await shop.steps()) {
    const choice = choices.next().value
    const step = steps[choice % steps.length]
    const same = model.steps().find(({ name }) => name === step?.name)
    if (!step || !same) return { decided: [...shop.log, `then ${step?.name}`], modelled: model.log }
    const twice = choice % 7 === 0 && step.name.includes(' reads ')
    if (twice) {
      await step.runAndRepeat()
      same.run()
      same.rewind(1)
    }
    await step.run()
    same.run()
  }
  await shop.stop()
  return { decided: shop.log, modelled: [...model.log, ...model.steps().map(({ name }) => `still to do: ${name}`)] }
}

test('whatever the runtime does with the shop, the model does too, also when events come twice', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const { decided, modelled } = await sideBySide(deciders, history)
      expect(modelled).toEqual(decided)
    }),
    { numRuns: 6 },
  )
})

test('negative control: a model of other rules is found out', { timeout: 120_000 }, async () => {
  const lavish: Deciders = { ...deciders, payments: { ...deciders.payments, decide: () => [] } }
  const same = fc.asyncProperty(histories, async (history) => {
    const { decided, modelled } = await sideBySide(lavish, history)
    expect(modelled).toEqual(decided)
  })
  expect((await fc.check(same, { numRuns: 10, endOnFailure: true })).failed).toBe(true)
})
