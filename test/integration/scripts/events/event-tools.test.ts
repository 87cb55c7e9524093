import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BenchBroker, startBenchBroker } from '../../../../scripts/bench/events/bench-broker.ts'
import { simulatedLog } from '../../../../scripts/events/simulated/simulated-log.ts'
import { simulatedOrders } from '../../../../scripts/events/simulated/simulated-orders.ts'
import { writeSimulatedLog } from '../../../../scripts/events/simulated/write-simulated-log.ts'
import { eventsProcess, eventsTool } from './events-tool.ts'

const orders = { count: 60, seed: 1, from: Date.parse('2026-01-01T00:00:00.000Z'), lasting: 3600_000 }
/** The first order that ends well: nobody changes their mind about it. */
function confirmed(): string {
  const records = [...simulatedLog(simulatedOrders(orders), { partitions: 6 })]
  const keysOf = (type: string) => records.filter(({ headers }) => headers.type === type).map(({ key }) => String(key))
  const cancelled = new Set(keysOf('CancelOrder'))
  const found = keysOf('orders.OrderConfirmed').find((key) => !cancelled.has(key))
  if (found === undefined) throw new Error('no order was confirmed')
  return found
}
const id = confirmed()
let broker: BenchBroker

beforeAll(async () => {
  broker = await startBenchBroker()
  await broker.createShopTopics()
  await writeSimulatedLog(broker.eventLog, orders)
})
afterAll(() => broker?.stop())

const { run, runAsProcess, json } = eventsTool(() => broker.brokers)

test.each([['show', 'order', id], ['list'], ['verify', '--within', '0']])(
  '%s as a process ends by itself, with all that it says in this one',
  async (...args) => {
    const ended = await runAsProcess(...args)
    expect(ended).toMatchObject({ code: 0, err: '' })
    const took = /in \d+\.\d s$/m
    expect(ended.out.replace(took, '')).toBe((await run(...args)).out.replace(took, ''))
  },
)

test('show tells the life of an order, and why', async () => {
  const { code, out } = await run('show', 'order', id)
  expect(code).toBe(0)
  expect(out).toMatch(/a request +orders +OrderPlaced v1 +Order received/)
  expect(out).toMatch(/→ ConfirmOrder +orders +OrderConfirmed/)
  expect((await json('show', 'order', id)).map(({ type }: { type: string }) => type)).toContain('payments.PaymentAuthorized')
})

test('state and diff go back in time', async () => {
  expect(await json('state', 'order', id, '--at', '1')).toMatchObject({ version: 1, state: { status: 'placed' } })
  expect(await json('state', 'order', id)).toMatchObject({ state: { status: 'confirmed' } })
  expect((await run('diff', 'order', id, '--from', '1')).out).toContain('- status: "placed"\n+ status: "confirmed"\n')
})

test('list names the newest, and last is the first of them', async () => {
  const [first, ...more] = await json('list', '--limit', '3')
  expect(more).toHaveLength(2)
  expect(first).toMatchObject({ kind: 'order', version: expect.any(Number), type: expect.stringMatching(/^orders\./) })
  expect((await run('list')).out).toMatch(new RegExp(`^order .*\n${first.id} +${first.version} +${first.type} +${first.time}\n`))
  expect((await run('show', 'last')).out.startsWith(`${first.id}, `)).toBe(true)
  expect(await json('state', 'order', 'last')).toMatchObject({ version: first.version })
  expect(await json('list', 'shipment', '--limit', '1')).toMatchObject([{ kind: 'shipment' }])
})

test.each([
  [['show', 'order', 'ord_nowhere'], 1, 'nothing in the log is about ord_nowhere'],
  [['state', 'order', 'ord_nowhere'], 1, 'there is no order ord_nowhere in the log'],
  [['dlq', 'show', 'orders.dlq/0/9'], 2, 'there is no letter orders.dlq/0/9'],
  [['state', 'order', id, '--at', '99'], 1, `order ${id} is at version `],
  [['diff', 'order', id, '--from', '1', '--to', '99'], 1, `order ${id} is at version `],
  [['list', 'ordr'], 2, "there is no kind of aggregate 'ordr' (did you mean 'order'?)"],
])('%j ends with %i and says why', async (args, code, words) => {
  const result = await run(...args)
  expect(result).toMatchObject({ code, out: '' })
  expect(result.err).toContain(words)
})

test('nothing on the page is missing in the log, and nothing in the log on the page', async () => {
  const { code, out } = await run('saga', '--observed')
  expect(out).toContain('nothing has happened that is not on the page')
  expect(code).toBe(0)
})

test('who puts nothing aside has nothing parked', async () => {
  expect(await run('parked')).toMatchObject({ code: 0, out: 'nothing is parked\n' })
  expect(await run('dlq', 'redrive', '--all')).toMatchObject({ code: 0, out: 'nothing waits to be sent again\n' })
})

test('topics that nobody made anew need no repair', async () => {
  expect(await run('commands')).toMatchObject({ code: 0, out: 'every commands topic goes on where its events end\n' })
  expect(await json('commands', 'repair')).toEqual([])
})

test('verify finds no fault; and the place of one, once there is one', async () => {
  expect(await run('verify', '--within', '0')).toMatchObject({ code: 0 })
  const topic = 'payments.events'
  const { eventLog } = broker
  const partitions = [...(await eventLog.endOffsets(topic)).keys()].map((partition) => ({ topic, partition, from: 0 }))
  for await (const { records, nextOffset, partition } of eventLog.readPartitions(partitions)) {
    const charge = records.find(({ headers }) => String(headers.type) === 'payments.PaymentAuthorized')
    if (!charge) continue
    await eventLog.produce([charge])
    const { code, out } = await runAsProcess('verify', '--within', '0')
    expect(code).toBe(1)
    expect(out).toMatch(
      new RegExp(`FAULT +orders charged more than once.*${topic}/${partition}/${charge.offset} and ${topic}/${partition}/${nextOffset}`),
    )
    expect(out).toMatch(new RegExp(`FAULT +event ids that occur twice.*${topic}/${partition}/${nextOffset}`))
    return
  }
  throw new Error('nobody was charged')
})

test('a corrected value is for one letter', async () => {
  const file = join(tmpdir(), `breakwater-value-${process.pid}.json`)
  await writeFile(file, '{}')
  expect((await run('dlq', 'redrive', '--all', '--value', file)).err).toContain('--value corrects one letter')
  await rm(file)
})

test('who reads no further ends the tool quietly', async () => {
  const [code, err] = await new Promise<[unknown, string]>((resolve) => {
    const args = ['scripts/breakwater.ts', 'events', 'show', 'order', id, '--json', '--brokers', broker.brokers]
    const tool = execFile(process.execPath, args, (error, _, text) => resolve([error?.code, text]))
    tool.stdout?.destroy()
  })
  expect([code, err]).toEqual([141, ''])
})

test('replay without brokers leaves no directory behind', async () => {
  const directory = join(tmpdir(), `breakwater-replay-${process.pid}`)
  const into = `pglite:${directory}`
  expect(await eventsProcess('replay', '--since', '2026-01-01', '--into', into, '--brokers', '127.0.0.1:1')).toMatchObject({ code: 2 })
  expect(existsSync(directory)).toBe(false)
})

test('replay makes tables, once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-replay-'))
  const args = ['replay', '--since', '2026-01-01', '--into', `pglite:${directory}/scratch`, '--projection', 'order-list']
  const { code, out } = await runAsProcess(...args, '--json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ tables: [{ table: 'order_list', rows: orders.count }], unreadable: 0 })
  expect(await run(...args)).toMatchObject({ code: 2, err: expect.stringContaining('has such tables already') })
  await rm(directory, { recursive: true })
})

test('who names brokers that do not answer is told, not kept waiting', async () => {
  const { code, err } = await eventsProcess('verify', '--brokers', '127.0.0.1:1')
  expect(code).toBe(2)
  expect(err).toContain('127.0.0.1:1 did not answer')
})
