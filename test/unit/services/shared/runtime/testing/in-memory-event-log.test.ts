import { expect, test, vi } from 'vitest'
import type { RecordBatch } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import { inMemoryEventLog } from '../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'

const write = (value: string) => ({ topic: 't', key: 'k', value, headers: {} })
const values = (batches: readonly RecordBatch[]) => batches.flatMap(({ records }) => records.map(({ value }) => String(value)))

test('who follows sees what is there, if wanted, and what comes', async () => {
  const log = inMemoryEventLog()
  await log.produce([write('1'), write('2')])
  const [all, rest, news]: RecordBatch[][] = [[], [], []]
  const following = [
    log.follow({ topics: ['t'], from: 'beginning', onBatch: (batch) => void all?.push(batch) }),
    log.follow({ topics: ['t'], from: async () => 1, onBatch: (batch) => void rest?.push(batch) }),
    log.follow({ topics: ['t'], from: 'end', onBatch: (batch) => void news?.push(batch) }),
  ]
  await Promise.all(following.map(({ caughtUp }) => caughtUp))
  await log.produce([write('3')])
  await vi.waitFor(() => expect([all, rest, news].map((batches = []) => values(batches))).toEqual([['1', '2', '3'], ['2', '3'], ['3']]))
  for (const { stop } of following) await stop()
  await log.produce([write('4')])
  expect(values(all ?? [])).toEqual(['1', '2', '3'])
})

test('a group goes on where it was; a batch that is not handled comes again', async () => {
  const log = inMemoryEventLog()
  await log.produce([write('1')])
  const seen: RecordBatch[] = []
  let failures = 0
  const onBatch = async (batch: RecordBatch) => {
    seen.push(batch)
    if (!values([batch]).includes('1')) return
    failures += 1
    if (failures < 3) throw new Error('not yet')
  }
  const first = log.subscribe({ group: 'g', topics: ['t'], onBatch })
  await vi.waitFor(() => expect(values(seen)).toEqual(['1', '1', '1']))
  await first.stop()
  await log.produce([write('2')])
  const second = log.subscribe({ group: 'g', topics: ['t'], onBatch })
  await vi.waitFor(() => expect(values(seen)).toEqual(['1', '1', '1', '2']))
  await second.stop()
})

test('with an assignment nothing is delivered before it is asked for, and then from there', async () => {
  const log = inMemoryEventLog()
  await log.produce([write('1'), write('2')])
  const seen: RecordBatch[] = []
  const { stop } = log.subscribe({
    group: 'g',
    topics: ['t'],
    onAssigned: ({ partitions, deliverFrom }) => {
      for (const partition of partitions) deliverFrom(partition, 1)
    },
    onBatch: async (batch) => void seen.push(batch),
  })
  await vi.waitFor(() => expect(values(seen)).toEqual(['2']))
  await stop()
})
