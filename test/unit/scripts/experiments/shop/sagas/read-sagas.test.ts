import { expect, test } from 'vitest'
import { placeByCommand } from '../../../../../../scripts/experiments/shop/sagas/place-by-command.ts'
import { readSagas } from '../../../../../../scripts/experiments/shop/sagas/read-sagas.ts'
import { orderStream } from '../../../../../../scripts/synthetic-orders/order-stream.ts'
import { ordersCommands } from '../../../../../../services/orders/decider/commands.ts'
import { ordersDecider } from '../../../../../../services/orders/decider/decider.ts'
import { dataCheck, decodeRecord, encodeRecord, isDecodeFailure } from '../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { type InMemoryEventLog, inMemoryEventLog } from '../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'

const orders = [...orderStream({ seed: 'run', count: 2, customers: 2 })]
const respondBy = Date.parse('2026-01-01T00:00:05.000Z')
const check = dataCheck(ordersCommands)

/** As the orders service would, for all commands that are there. */
async function decideAll(eventLog: InMemoryEventLog): Promise<void> {
  for (const record of eventLog.read('orders.commands')) {
    const decoded = decodeRecord(record)
    if (isDecodeFailure(decoded)) throw new Error(decoded.detail)
    const { envelope, data } = decoded
    expect(check(envelope.type, data)).toBeUndefined()
    const decided = ordersDecider.decide({ type: envelope.type, data } as never, ordersDecider.initial)
    if (!Array.isArray(decided)) throw new Error('refused')
    const events = decided as readonly { type: string; data: unknown }[]
    await eventLog.produce(
      events.map((event) =>
        encodeRecord('orders.events', { ...envelope, id: `${envelope.id}-1`, type: event.type, version: 1 }, event.data),
      ),
    )
  }
}

test('an order that is placed by a command is what the orders service takes, with the deadline that was asked for', async () => {
  const eventLog = inMemoryEventLog()
  const reader = await readSagas(eventLog)
  await placeByCommand(eventLog, orders, respondBy)
  await decideAll(eventLog)
  expect((await reader.read()).all()).toMatchObject([
    { customerId: 'load-run-0', respondBy, charges: 0 },
    { customerId: 'load-run-1', respondBy, charges: 0 },
  ])
})

test('only what comes after the opening is read, and nothing twice', async () => {
  const eventLog = inMemoryEventLog()
  await placeByCommand(eventLog, orders, respondBy)
  await decideAll(eventLog)
  const reader = await readSagas(eventLog)
  expect((await reader.read()).eventsOf('orders')).toBe(0)
  await decideAll(eventLog)
  expect((await reader.read()).eventsOf('orders')).toBe(2)
  expect((await reader.read()).eventsOf('orders')).toBe(2)
})

test('waiting ends when all is as it should be, or with time', async () => {
  const eventLog = inMemoryEventLog()
  const reader = await readSagas(eventLog)
  expect(await reader.until((sagas) => sagas.length === 2, { timeoutMs: 30, everyMs: 1 })).toEqual([])
  await placeByCommand(eventLog, orders, respondBy)
  const coming = reader.until((sagas) => sagas.length === 2, { timeoutMs: 5_000, everyMs: 1 })
  await decideAll(eventLog)
  expect(await coming).toHaveLength(2)
})
