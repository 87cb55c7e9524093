import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BenchBroker, startBenchBroker } from '../../../../scripts/bench/events/bench-broker.ts'
import { catalogService } from '../../../../services/catalog/app.ts'
import { startEventSourcing } from '../../../../services/shared/runtime/event-sourcing/index.ts'
import { eventually, quiet } from '../../services/shared/runtime/event-sourcing/running-toy.ts'
import { eventsTool } from './events-tool.ts'

const start = ({ eventLog }: BenchBroker) => startEventSourcing({ ...catalogService(), eventLog, logger: quiet })
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

const { run, json } = eventsTool(() => broker.brokers)

/** Its key would colour the terminal and break the row; its value fits no schema, its cause is no event. */
const poison = {
  topic: 'catalog.commands',
  key: '\u001b[31mEVIL\u001b[0m\nNEWLINE',
  value: '{"price":"cheap"}',
  headers: {
    id: 'ghost',
    type: 'ChangePrice',
    schemaVersion: '1',
    version: '0',
    causationId: 'nobody',
    correlationId: 'ghost',
    time: '2026-01-02T03:04:05.000Z',
  },
}
const place = 'catalog.dlq/0/0'

test('poison is shown without steering the terminal, is put aside again, and once given up is no fault', async () => {
  await broker.eventLog.produce([poison])
  await eventually(async () => (await json('dlq', 'list')).length === 1)
  const listed = await run('dlq', 'list')
  expect(listed.out.split('\n')).toHaveLength(3)
  expect(listed.out).toContain('␛[31mEVIL␛[0m␊NEWLINE')
  expect((await json('dlq', 'list'))[0]).toMatchObject({ place, key: poison.key })

  expect(await run('dlq', 'redrive', place)).toMatchObject({
    code: 1,
    out: expect.stringContaining('sent to catalog.commands: put aside again'),
  })
  expect(await json('dlq', 'redrive', place, '--dry-run')).toEqual([
    { letter: place, type: 'ChangePrice', key: poison.key, sent: ['catalog.commands'] },
  ])
  expect(await run('dlq', 'discard', place, '--reason', 'a typo')).toMatchObject({ code: 0 })
  expect((await run('dlq', 'list')).out).toMatch(/discarded because\n.* a typo\n$/)
  expect(await json('dlq', 'show', place)).toMatchObject({ status: 'discarded', reason: 'a typo' })
  // Nothing else has happened in this shop.
  const { checks } = await json('verify', '--within', '0')
  expect(checks.filter(({ holds }: { holds: boolean }) => !holds)).toMatchObject([{ what: expect.stringContaining('orders in the log') }])
})

test('what nobody decides is said to be open', async () => {
  const key = 'MUG'
  await broker.eventLog.produce([{ ...poison, key, headers: { ...poison.headers, id: 'other' } }])
  await eventually(async () => (await json('parked')).length === 1)
  await catalog.stop()
  const { code, out } = await run('dlq', 'redrive', '--all')
  expect(code).toBe(0)
  expect(out).toMatch(/sent to catalog.commands: not decided yet\nnot decided within 5 s/)
})
