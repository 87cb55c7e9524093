import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shopRules } from '../../../../../scripts/events/rules.ts'
import { exploreSaga } from '../../../../../scripts/events/saga/explore-saga.ts'
import { requests } from '../../../../../scripts/events/saga/requests.ts'
import { sagaMermaid } from '../../../../../scripts/events/saga/saga-mermaid.ts'
import { sagaText } from '../../../../../scripts/events/saga/saga-text.ts'
import { eventSchemas } from '../../../../../services/shared/contracts/events/events.ts'
import { dataCheck } from '../../../../../services/shared/runtime/messaging/record-codec.ts'
import { live, plans } from '../../../choreography/day-in-the-shop.ts'
import { deciders } from '../../../choreography/shop-model.ts'
import { writeSide, writeSideNames } from '../../../services/write-side.ts'

const rules = shopRules()
const saga = exploreSaga(rules, requests)
const step = (name: string) => saga.find(({ service, command }) => `${service} ${command}` === name)

test('the requests are such as the services accept', () => {
  for (const [service, { command }] of requests)
    expect(dataCheck(writeSide[service].service.commandSchemas)(command.type, command.data)).toBeUndefined()
})

test('every command of every service and every event of the shop comes up', () => {
  const commands = writeSideNames.flatMap((name) =>
    Object.keys(writeSide[name].service.commandSchemas).map((command) => `${name} ${command}`),
  )
  expect(saga.map(({ service, command }) => `${service} ${command}`).sort()).toEqual(commands.sort())
  expect([...new Set(saga.flatMap(({ causes }) => causes))].sort()).toEqual(Object.keys(eventSchemas).sort())
})

test('every row of every reaction table comes up, and every refusal of a decider', () => {
  for (const [name, { reactions }] of Object.entries(rules)) {
    const heard = saga.filter(({ service }) => service === name).flatMap(({ because }) => because.filter((cause) => cause.includes('.')))
    expect([...new Set(heard)].sort()).toEqual(Object.keys(reactions).sort())
  }
  expect(step('orders CancelOrder')).toEqual({
    service: 'orders',
    command: 'CancelOrder',
    because: ['inventory.StockReservationRefused', 'payments.PaymentDeclined', 'request'],
    causes: ['orders.OrderCancelled'],
    refusals: ['ORDER_ALREADY_SHIPPED', 'ORDER_UNKNOWN'],
  })
  expect(step('orders ExpireOrder')).toMatchObject({ because: ['timer'], causes: ['orders.OrderCancelled'] })
})

test('whatever happens in a day of the shop is on the page', () => {
  const drawn = new Set(
    saga.flatMap(({ service, command, causes }) => causes.map((type) => `${service} ${command}: ${type.slice(service.length + 1)}`)),
  )
  fc.assert(
    fc.property(plans, (plan) => {
      for (const line of live(plan, deciders, () => undefined).shop.log) {
        const [command = '', outcome = ''] = line.split(': ')
        if (outcome === 'unchanged' || outcome.startsWith('refused')) continue
        for (const event of outcome.split(', ')) expect(drawn).toContain(`${command}: ${event}`)
      }
    }),
    { numRuns: 30 },
  )
})

test('negative control: another reaction is another page', () => {
  const { 'payments.PaymentAuthorized': _booking, ...rest } = rules.shipping.reactions
  const without = exploreSaga({ ...rules, shipping: { ...rules.shipping, reactions: rest } }, requests)
  expect(without.map(({ command }) => command)).not.toContain('BookShipment')
  expect(without.find(({ command }) => command === 'DispatchParcel')?.causes).toEqual([])
})

test('a choreography without end is reported', () => {
  const counting = {
    initial: 0,
    decide: () => [{ type: 'counter.Counted', data: {} }],
    evolve: (count: unknown) => Number(count) + 1,
  }
  const endless = { counter: { decider: counting, reactions: {}, subscribesTo: [] } }
  expect(() => exploreSaga(endless, [['counter', { aggregateId: 'c', command: { type: 'Count', data: {} } }]])).toThrow(
    'does not come to an end',
  )
})

test('as text: what leads to which command, and what that may cause', () => {
  const lines = ['orders ExpireOrder', '  because of  timer', '  may cause   orders.OrderCancelled', '  or refuse   ORDER_UNKNOWN']
  expect(sagaText(saga)).toContain(`${lines.join('\n')}\n`)
})

test('as Mermaid: commands and events in the boxes of their services, arrows between them', () => {
  const lines = sagaMermaid(saga).split('\n')
  expect(lines[0]).toBe('flowchart LR')
  for (const line of [
    '  subgraph orders',
    '    orders_PlaceOrder[PlaceOrder]',
    '    orders_OrderPlaced([OrderPlaced])',
    '  request((request)) --> orders_PlaceOrder',
    '  orders_PlaceOrder --> orders_OrderPlaced',
    '  orders_OrderPlaced --> inventory_ReserveStock',
  ]) {
    expect(lines).toContain(line)
  }
})
