import { expect, test } from 'vitest'
import { type CheckLogOptions, checkLog } from '../../../../../scripts/events/audit/check-log.ts'
import { faults } from '../../../../../scripts/events/audit/examiner.ts'
import { type Observation, observe } from '../../../../../scripts/events/audit/observations.ts'
import { place } from '../../../../../scripts/events/log/current-event.ts'
import type { LogRecord } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import { deadLetterRecord, type Resolution, resolutionRecord } from '../../../../../services/shared/runtime/messaging/dead-letter.ts'
import { toLogRecord } from '../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { cancelling, order, placing, receiving } from '../given-orders.ts'
import { logOf } from '../log-of.ts'
import { writtenLog } from '../written-log.ts'

/** Confirmed, confirmed and asked for twice, cancelled by the customer, out of stock. */
const log = writtenLog([
  receiving('MUG-BLUE'),
  receiving('TEA-MINT'),
  placing('a'),
  placing('b'),
  placing('b'),
  placing('c'),
  cancelling('c'),
  placing('d', 9),
])
const accepted = ['a', 'b', 'c', 'd'].map((letter) => order(letter).orderId)
const history: readonly Observation[] = log.filter(({ topic }) => topic.endsWith('.events')).map(observe)

const broken = async (records: readonly LogRecord[], options: CheckLogOptions = {}): Promise<string[]> =>
  (await checkLog(logOf(records), { accepted, history, ...options }))
    .filter(({ passed }) => !passed)
    .map(({ name, actual }) => `${name}: ${actual}`)

const at = (type: string, nth = 0): LogRecord => {
  const found = log.filter(({ headers }) => headers.type?.toString() === type)[nth]
  if (!found) throw new Error(`no ${type} in the log`)
  return found
}
const without = (...gone: readonly LogRecord[]) => log.filter((record) => !gone.includes(record))
const ofTopic = (topic: string) => log.filter((record) => record.topic === topic)
const appended = (record: LogRecord, headers: Record<string, string> = {}): LogRecord => ({
  ...record,
  offset: ofTopic(record.topic).length,
  headers: { ...record.headers, ...Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])) },
})
const replaced = (record: LogRecord, by: Partial<LogRecord>) => log.map((one) => (one === record ? { ...one, ...by } : one))
const answering = (record: LogRecord) =>
  log.filter(({ topic, headers }) => topic.endsWith('.events') && headers.source?.toString() === `${record.topic}/0/${record.offset}`)

/** An event among shipping's dead letters. */
const aside = (event: LogRecord) =>
  toLogRecord(deadLetterRecord('shipping.dlq', event, { service: 'shipping', code: 'X', detail: '', time: '2026-01-02T03:04:05.000Z' }), 0)

/** With these headers, and nothing else changed. */
const relabelled = (record: LogRecord, headers: Record<string, string>): LogRecord => ({
  ...appended(record, headers),
  offset: record.offset,
})
const behind = (record: LogRecord, next: LogRecord) => log.flatMap((one) => (one === record ? [one, next] : [one]))

/** The record that says that a command has changed nothing, made of another record of its service's events. */
const saying = (answer: { commandId: string; commandType: string; outcome: string; code?: string }, source: string, model: LogRecord) => ({
  ...appended(model, {
    id: `answer to ${answer.commandId}`,
    type: `${model.topic.replace('.events', '')}.CommandAnswered`,
    version: '0',
    source,
    causationId: answer.commandId,
  }),
  value: Buffer.from(JSON.stringify(answer)),
})

/** A command that somebody gave notifications from outside, and its answer. */
const ghost = appended(at('NotifyCustomer'), { id: 'ghost', causationId: 'ghost' })
const ghostAnswered = (code: string) =>
  saying(
    { commandId: 'ghost', commandType: 'NotifyCustomer', outcome: 'refused', code },
    place(ghost),
    answering(at('NotifyCustomer'))[0] as LogRecord,
  )

test('a log that a working shop wrote has no fault', async () => {
  expect(await broken(log)).toEqual([])
})

test('every check says what it looks at, and none looks at nothing', async () => {
  const checks = await checkLog(logOf(log), { accepted, history })
  expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length)
  expect(checks.length).toBeGreaterThanOrEqual(22)
})

/** Each falsification of the log, words of the checks that must find it, and the exact places that they must name. */
const falsified: Record<
  string,
  { records: () => readonly LogRecord[]; found: RegExp[]; places?: () => readonly string[]; options?: CheckLogOptions }
> = {
  'an event written twice': {
    records: () => [...log, appended(at('payments.PaymentAuthorized'))],
    found: [/event ids that occur twice/, /charged more than once/, /versions/, /source offsets/],
    places: () => [
      `${place(appended(at('payments.PaymentAuthorized')))} payments.PaymentAuthorized`,
      `${order('a').orderId} at ${place(at('payments.PaymentAuthorized'))} and ${place(appended(at('payments.PaymentAuthorized')))}`,
    ],
  },
  'an event written twice under new ids and the next version': {
    records: () => [...log, appended(at('payments.PaymentAuthorized'), { id: 'other', version: '2' })],
    found: [/charged more than once/, /money differs/, /source offsets/],
    places: () => [`${order('a').orderId} confirmed: 7380 cents instead of 3690`],
  },
  'a version left out': {
    records: () => without(at('orders.OrderLineReserved')),
    found: [/versions other than/, /torn or invented/],
    places: () => [`${place(at('orders.OrderLineReserved', 1))}: version 3`],
  },
  'half of a transaction: the first of two events of one command': {
    records: () => without(at('orders.OrderReserved')),
    found: [/torn or invented/, /versions other than/],
    places: () => [`${String(at('orders.OrderReserved').headers.source)} ReserveLine: orders.OrderLineReserved`],
  },
  'half of a transaction: a dead letter without its answer': {
    records: () => [
      ...log,
      {
        ...deadLetterRecord('orders.dlq', at('PlaceOrder'), { service: 'orders', code: 'X', detail: '', time: '2026-01-02T03:04:05.000Z' }),
        partition: 0,
        offset: 0,
      } as LogRecord,
    ],
    found: [/dead letters of commands that were not answered/],
  },
  'an order that was accepted and is nowhere': {
    records: () => log,
    options: { accepted: [...accepted, 'ord_lost'] },
    found: [/accepted orders that are not in the log: 1 of 5: ord_lost/],
  },
  'a command that was passed over': {
    records: () => without(...answering(at('PlaceOrder', 1))),
    found: [/commands that were passed over: 1/, /torn or invented/],
    places: () => [place(at('PlaceOrder', 1))],
  },
  'a command that nobody has decided': {
    records: () => [...log, appended(at('PlaceOrder'), { id: 'later', causationId: 'later' })],
    found: [/commands that wait to be decided: 1/],
    places: () => [place(appended(at('PlaceOrder')))],
  },
  'a reaction that never happened': {
    records: () => without(at('BookShipment'), ...answering(at('BookShipment'))),
    found: [/reactions that have not happened.*shipping BookShipment/],
    places: () => [`${place(at('payments.PaymentAuthorized'))} payments.PaymentAuthorized → shipping BookShipment`],
  },
  'an event that its listener has put aside': {
    records: () => [...without(at('BookShipment'), ...answering(at('BookShipment'))), aside(at('payments.PaymentAuthorized'))],
    found: [/events that their listeners have put aside.*: 1/],
    places: () => [`shipping ${place(at('payments.PaymentAuthorized'))} of `],
  },
  'a command whose cause was aborted': {
    records: () => [...log, appended(at('NotifyCustomer'), { id: 'ghost', causationId: 'aborted' })],
    found: [/commands whose cause is no event of the log: 1/],
    places: () => [`${place(appended(at('NotifyCustomer')))} NotifyCustomer of aborted`],
  },
  'a saga that stopped half way': {
    records: () => without(at('orders.OrderConfirmed')),
    found: [/neither confirmed nor cancelled/],
    places: () => [order('a').orderId],
  },
  'money that was never given back': {
    records: () => without(at('payments.PaymentRefunded')),
    found: [/orders whose money differs from their end.*: 1/],
    places: () => [`${order('c').orderId} cancelled: 3690 cents instead of 0`],
  },
  'stock that was never given back': {
    records: () => without(at('inventory.StockReleased')),
    found: [/orders whose stock differs from their end.*: 1/],
    places: () => [`${order('c').orderId} cancelled: 2 × MUG-BLUE instead of 0`],
  },
  'an event that says something else than was decided': {
    records: () =>
      replaced(at('payments.PaymentAuthorized'), {
        value: Buffer.from(String(at('payments.PaymentAuthorized').value).replace('"amount":3690', '"amount":1')),
      }),
    found: [/torn or invented/, /money differs/],
  },
  'a log without orders': {
    records: () => [],
    options: { accepted: [], history: [] },
    found: [/orders in the log \(checks of nothing prove nothing\): 0/],
  },
  'an order that was confirmed without being paid': {
    records: () => without(at('payments.PaymentAuthorized')),
    found: [/confirmed orders that were not charged: 1/],
    places: () => [order('a').orderId],
  },
  'stock that nobody has received': {
    records: () => without(...log.filter(({ headers }) => headers.type?.toString() === 'inventory.StockReceived')),
    found: [/SKUs that gave more than they had: /],
    places: () => ['MUG-BLUE: -2', 'MUG-BLUE: -4', 'MUG-BLUE: -6'],
  },
  'more stock given than there was': {
    records: () =>
      replaced(at('inventory.StockReserved'), {
        value: Buffer.from(String(at('inventory.StockReserved').value).replace('"quantity":2', '"quantity":11')),
      }),
    found: [/SKUs that gave more than they had: /],
    places: () => ['MUG-BLUE: -1'],
  },
  'an outcome of another aggregate': {
    records: () => replaced(at('payments.PaymentAuthorized'), { key: Buffer.from('customer-b') }),
    found: [/outcomes that do not belong to their command: 1/],
    places: () => [String(at('payments.PaymentAuthorized').headers.source)],
  },
  'an outcome of another command': {
    records: () => log.map((one) => (one === at('payments.PaymentAuthorized') ? relabelled(one, { causationId: 'another' }) : one)),
    found: [/outcomes that do not belong to their command: 1/],
    places: () => [String(at('payments.PaymentAuthorized').headers.source)],
  },
  'an event and an answer that nothing was changed, for one command': {
    records: () => {
      const event = at('payments.PaymentAuthorized')
      const commandId = String(event.headers.causationId)
      return behind(
        event,
        saying({ commandId, commandType: 'AuthorizePayment', outcome: 'unchanged' }, String(event.headers.source), event),
      )
    },
    found: [/commands with more than one outcome: 1/],
    places: () => [String(at('payments.PaymentAuthorized').headers.source)],
  },
  'events of two commands under one source': {
    records: () => log.map((one) => (one === at('orders.OrderReserved') ? relabelled(one, { causationId: 'another' }) : one)),
    found: [/commands with more than one outcome: 1/],
    places: () => [String(at('orders.OrderReserved').headers.source)],
  },
  'half of a transaction: an answer "parked" without its letter': {
    records: () => [...log, ghost, ghostAnswered('COMMAND_PARKED')],
    found: [/commands answered as parked that are in no dead letter: 1/],
    places: () => [place(ghost)],
  },
  'an answer "parked" of which only the end is among the dead letters': {
    records: () => [
      ...log,
      ghost,
      ghostAnswered('COMMAND_PARKED'),
      toLogRecord(
        resolutionRecord({
          service: 'notifications',
          deadLetter: 'notifications.dlq/0/0',
          origin: ghost,
          resolution: 'discarded',
          time: '2026-01-02T03:04:06.000Z',
        }),
        0,
      ),
    ],
    found: [/commands answered as parked that are in no dead letter: 1/],
  },
  'the same event once more, right behind itself': {
    records: () => behind(at('payments.PaymentAuthorized'), at('payments.PaymentAuthorized')),
    found: [/event ids that occur twice: 1/],
    places: () => [`${place(at('payments.PaymentAuthorized'))} payments.PaymentAuthorized`],
  },
  'the same event once more, in another partition': {
    records: () => [...log, { ...at('payments.PaymentRefunded'), partition: 1, offset: 0 }],
    found: [/event ids that occur twice: 1/],
    places: () => ['payments.events/1/0 payments.PaymentRefunded'],
  },
  'a record that only a consumer saw': {
    records: () => log,
    options: { history: [...history, { topic: 'orders.events', partition: 0, offset: 999, id: 'ghost' }] },
    found: [/aborted reads\): 1: orders.events\/0\/999/],
  },
  'another record at the same offset for a consumer': {
    records: () => log,
    options: { history: history.map((seen, index) => (index === 0 ? { ...seen, id: 'ghost' } : seen)) },
    found: [/aborted reads\): 1/],
  },
  'a record that a consumer missed': {
    records: () => log,
    options: { history: history.slice(0, -1) },
    found: [/has not seen: 1/],
  },
  'a record that a consumer saw twice': {
    records: () => log,
    options: { history: [...history, ...history.slice(-1)] },
    found: [/twice or out of order: 1/],
  },
  garbage: {
    records: () => replaced(at('orders.OrderConfirmed'), { value: Buffer.from('{') }),
    found: [/cannot be read/],
    places: () => [place(at('orders.OrderConfirmed'))],
  },
}

/** The words that a falsification declares must stand in one check's finding, so the checks that it proves to see can be told by name. */
async function provenBy({ records, options, found }: (typeof falsified)[string]): Promise<readonly string[]> {
  const findings = await checkLog(logOf(records()), { accepted, history, ...options })
  return findings
    .filter(({ passed, name, actual }) => !passed && found.some((words) => words.test(`${name}: ${actual}`)))
    .map(({ name }) => name)
}

test('no check is blind: each is found by at least one falsification of the log', async () => {
  const proven = new Set((await Promise.all(Object.values(falsified).map(provenBy))).flat())
  const all = (await checkLog(logOf(log), { accepted, history })).map(({ name }) => name)
  expect(all.filter((what) => !proven.has(what))).toEqual([])
})

test.each(Object.entries(falsified))('%s is found', async (_, { records, options, found, places = () => [] }) => {
  const faults = (await broken(records(), options)).join('\n')
  for (const words of found) expect(faults).toMatch(words)
  for (const where of places()) expect(faults).toContain(where)
})

test('what is put aside is no reaction that is missing, and once discarded nothing at all', async () => {
  const event = at('payments.PaymentAuthorized')
  const held = [...without(at('BookShipment'), ...answering(at('BookShipment'))), aside(event)]
  const words = /reactions that have not happened|put aside/
  const told = async (...records: readonly LogRecord[]) => (await broken(records)).filter((fault) => words.test(fault))
  expect(await told(...held)).toEqual([expect.stringMatching(/put aside/)])
  const resolved = (resolution: Resolution) =>
    toLogRecord(
      resolutionRecord({
        service: 'shipping',
        deadLetter: 'shipping.dlq/0/0',
        origin: event,
        resolution,
        time: '2026-01-02T03:04:06.000Z',
      }),
      1,
    )
  expect(await told(...held, resolved('discarded'))).toEqual([])
  // Redriven without effect: then it is missing.
  expect(await told(...held, resolved('redriven'))).toEqual([expect.stringMatching(/reactions that have not happened/)])
})

test('a made-up command that was put aside is no fault, nor when it is given up; what it led to is one', async () => {
  const command = relabelled(ghost, { causationId: 'aborted' })
  const told = async (code: string) => (await broken([...log, command, ghostAnswered(code)])).filter((fault) => /whose cause/.test(fault))
  expect(await told('COMMAND_PARKED')).toEqual([])
  expect(await told('COMMAND_DISCARDED')).toEqual([])
  expect(await told('SOMETHING_ELSE')).toEqual([expect.stringContaining('NotifyCustomer of aborted')])
})

test('of many faults the first are named, the others counted', () => {
  const { add, check } = faults('faults')
  for (let count = 1; count <= 7; count++) add(`place ${count}`)
  expect(check().actual).toBe('7: place 1; place 2; place 3; place 4; place 5; and 2 more')
})

test('whether accepted orders are missing is not claimed when nobody knows what was accepted', async () => {
  expect((await checkLog(logOf(log))).map(({ name }) => name)).not.toContain('accepted orders that are not in the log')
})
