import { expect, test } from 'vitest'
import type { ShopLog } from '../../../../../scripts/events/log/shop-log.ts'
import { readSaga } from '../../../../../scripts/events/order/read-saga.ts'
import { shopRules } from '../../../../../scripts/events/rules.ts'
import type { LogRecord } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import { order, placing, receiving } from '../given-orders.ts'
import { logOf } from '../log-of.ts'
import { type Given, writtenLog } from '../written-log.ts'

const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const given: Given[] = [receiving('MUG-BLUE'), receiving('TEA-MINT'), ...letters.map((letter) => placing(letter, 1))]
const partitions = 6
const log = writtenLog(given, { partitions })
const ofOrder = (letter: string, records: readonly LogRecord[] = log) =>
  records.filter(({ topic, headers }) => topic.endsWith('.events') && headers.correlationId?.toString() === order(letter).orderId)
const places = (records: readonly LogRecord[]) => records.map(({ topic, partition, offset }) => `${topic}/${partition}/${offset}`).sort()

/** All topics have all partitions, read or not, and it is noted which are read. */
function watched(records: readonly LogRecord[]): { readonly log: ShopLog; readonly read: string[] } {
  const read: string[] = []
  const all = logOf(records)
  return {
    read,
    log: {
      partitions: async (topic) => (topic.endsWith('.dlq') ? [0] : Array.from({ length: partitions }, (_, partition) => partition)),
      read: (topic, partition) => {
        read.push(`${topic}/${partition}`)
        return all.read(topic, partition)
      },
    },
  }
}

test.each(letters)('all that happened to order %s is found, and nothing else', async (letter) => {
  expect(places(await readSaga(watched(log).log, shopRules(), order(letter).orderId))).toEqual(places(ofOrder(letter)))
})

test('partitions where the saga cannot have been are not read, the others once', async () => {
  const { log: shop, read } = watched(log)
  await readSaga(shop, shopRules(), order('a').orderId)
  const events = read.filter((place) => place.includes('.events/'))
  expect(new Set(read).size).toBe(read.length)
  // Two of inventory's (one an SKU) and up to two of the others' (the order's and the customer's), of six each.
  expect(events.length).toBeLessThanOrEqual(12)
})

test('of an order that is nowhere, nothing is found', async () => {
  expect(await readSaga(watched(log).log, shopRules(), 'ord_nowhere')).toEqual([])
})
