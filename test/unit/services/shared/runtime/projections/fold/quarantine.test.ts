import { Counter } from 'prom-client'
import { expect, test, vi } from 'vitest'
import { createQuarantine } from '../../../../../../../services/shared/runtime/projections/fold/quarantine.ts'
import { inMemoryEventLog, toLogRecord } from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { sold, time } from '../../event-sourcing/react/heard-events.ts'

const silent = () => undefined
const logger = { debug: silent, info: silent, warn: vi.fn(), error: silent }

test('a record is put aside once, wherever the batches are cut that it comes with; one that comes again later, again', async () => {
  const eventLog = inMemoryEventLog()
  const counter = new Counter({ name: 'parked', help: 'parked', registers: [] })
  const quarantine = createQuarantine({ service: 'toy', eventLog, logger, clock: () => new Date(time) }, counter)
  const aside = (offset: number) => [{ record: toLogRecord(sold('e', 'A'), offset), code: 'X', detail: '' }]
  const partition = { topic: 'shop.events', partition: 0 }
  await quarantine.add(aside(50))
  quarantine.passed({ ...partition, nextOffset: 41 })
  await quarantine.add(aside(50))
  expect(eventLog.read('toy.dlq')).toHaveLength(1)
  quarantine.passed({ ...partition, nextOffset: 51 })
  await quarantine.add(aside(50))
  expect(eventLog.read('toy.dlq')).toHaveLength(2)
  expect((await counter.get()).values[0]?.value).toBe(2)
})

test('what is put aside says why; of several that were, those before the next batch are forgotten and the others are not', async () => {
  const eventLog = inMemoryEventLog()
  const counter = new Counter({ name: 'parked', help: 'parked', registers: [] })
  const quarantine = createQuarantine({ service: 'toy', eventLog, logger, clock: () => new Date(time) }, counter)
  const aside = (...offsets: readonly number[]) =>
    offsets.map((offset) => ({ record: toLogRecord(sold(`e${offset}`, 'A'), offset), code: 'VALUE_REFUSED', detail: 'out of range' }))
  logger.warn.mockClear()
  await quarantine.add(aside(50, 60))
  expect(logger.warn.mock.calls).toEqual(
    [50, 60].map((offset) => [
      { topic: 'shop.events', partition: 0, offset, code: 'VALUE_REFUSED', detail: 'out of range' },
      'record parked',
    ]),
  )
  quarantine.passed({ topic: 'shop.events', partition: 0, nextOffset: 60 })
  await quarantine.add(aside(50, 60))
  expect(logger.warn.mock.calls.slice(2).map(([{ offset }]) => offset)).toEqual([50])
  expect((await counter.get()).values[0]?.value).toBe(3)
  await quarantine.add([])
  quarantine.passed({ topic: 'shop.events', partition: 1, nextOffset: 1 })
  expect(eventLog.read('toy.dlq')).toHaveLength(3)
})

test('where nothing is to be put aside, nothing is written', async () => {
  const produce = vi.fn(async () => undefined)
  const counter = new Counter({ name: 'parked', help: 'parked', registers: [] })
  const quarantine = createQuarantine({ service: 'toy', eventLog: { produce }, logger, clock: () => new Date(time) }, counter)
  const aside = [{ record: toLogRecord(sold('e', 'A'), 1), code: 'X', detail: '' }]
  await quarantine.add([])
  expect(produce).not.toHaveBeenCalled()
  await quarantine.add(aside)
  await quarantine.add(aside)
  expect(produce).toHaveBeenCalledTimes(1)
})
