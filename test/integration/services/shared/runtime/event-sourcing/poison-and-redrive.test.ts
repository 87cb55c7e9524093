import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BenchBroker, startBenchBroker } from '../../../../../../scripts/bench/events/bench-broker.ts'
import { catalogService } from '../../../../../../services/catalog/app.ts'
import { startEventSourcing } from '../../../../../../services/shared/runtime/event-sourcing/start-event-sourcing.ts'
import { eventsTool } from '../../../../scripts/events/events-tool.ts'
import { eventually, expectExactlyOnce, quiet, readAll, readEvents } from './running-toy.ts'

const start = ({ eventLog }: BenchBroker) => startEventSourcing({ ...catalogService(), eventLog, logger: quiet })
/** Of its own: the tool reads the topics of the shop. */
let broker: BenchBroker
let catalog: ReturnType<typeof start>

beforeAll(async () => {
  broker = await startBenchBroker()
  await broker.createShopTopics()
  catalog = start(broker)
})
afterAll(async () => {
  await catalog?.stop()
  await broker?.stop()
})

type Told = Parameters<typeof catalog.submit>[0]['command']
const tell = (command: Told) => {
  const id = crypto.randomUUID()
  return catalog.submit({ id, correlationId: id, aggregateId: command.data.sku, command }, 30_000)
}
const list = (sku: string) => tell({ type: 'ListProduct', data: { sku, name: sku, description: sku, price: 1 } })
const changePrice = (sku: string, price: unknown) => tell({ type: 'ChangePrice', data: { sku, price: price as number } })

const events = () => readEvents(broker.eventLog, 'catalog.events')
const prices = async (sku: string) =>
  (await events())
    .filter(({ envelope: { type, aggregateId } }) => type === 'catalog.PriceChanged' && aggregateId === sku)
    .map(({ data }) => (data as { price: number }).price)

const { run, runAsProcess, json } = eventsTool(() => broker.brokers)

test('poison holds up its product and no other; corrected and sent again, what waits is decided in order, once', async () => {
  await Promise.all([list('MUG'), list('TEA')])
  const refused = { status: 'refused', code: 'COMMAND_PARKED' }
  expect(await changePrice('MUG', 'cheap')).toEqual({ ...refused, detail: 'SCHEMA_MISMATCH' })
  expect(await changePrice('MUG', 200)).toEqual({ ...refused, detail: 'KEY_PARKED' })
  expect(await changePrice('MUG', 300)).toEqual({ ...refused, detail: 'KEY_PARKED' })
  expect(await changePrice('TEA', 250)).toMatchObject({ status: 'changed' })

  // Another owner knows it from the log.
  await catalog.stop()
  catalog = start(broker)
  expect(await json('parked')).toMatchObject([{ service: 'catalog', key: 'MUG', code: 'SCHEMA_MISMATCH', behind: 2 }])
  const [first, second] = (await json('dlq', 'list')).map(({ place }: { place: string }) => place)
  expect(await run('dlq', 'redrive', second)).toMatchObject({ code: 2, err: expect.stringContaining('waits behind') })
  const corrected = join(tmpdir(), `breakwater-price-${process.pid}.json`)
  await writeFile(corrected, JSON.stringify({ sku: 'MUG', price: 100 }))
  expect(await runAsProcess('dlq', 'redrive', first, '--value', corrected)).toMatchObject({ code: 0 })
  await rm(corrected)
  await eventually(async () => (await prices('MUG')).length === 1)
  expect(await run('dlq', 'redrive', '--all')).toMatchObject({ code: 0 })
  await eventually(async () => (await prices('MUG')).length === 3)
  expect(await run('parked')).toMatchObject({ code: 0, out: 'nothing is parked\n' })

  // Somebody else had the same idea at the same time.
  const commands = () => readAll(broker.eventLog, 'catalog.commands')
  await broker.eventLog.produce((await commands()).filter(({ headers }) => headers['redrive.of']))
  await changePrice('MUG', 400)
  expect(await prices('MUG')).toEqual([100, 200, 300, 400])
  expect(await prices('TEA')).toEqual([250])
  expectExactlyOnce(await events(), await commands())
})
