import { expect, test } from 'vitest'
import type { LogRecord } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import { createCatchUp } from '../../../../../../../services/shared/runtime/projections/fold/catch-up.ts'

const record = (partition: number, offset: number): LogRecord => ({ topic: 't', partition, offset, key: null, value: null, headers: {} })
const batch = (partition: number, ...offsets: number[]) => ({
  topic: 't',
  partition,
  records: offsets.map((offset) => record(partition, offset)),
  // Behind a control record.
  nextOffset: (offsets.at(-1) ?? 0) + 2,
})

test('complete when every partition has been applied up to its last record', () => {
  const { found, applied, isComplete } = createCatchUp()
  expect(isComplete(), 'nothing was there').toBe(true)
  found(batch(0, 4, 5))
  found(batch(1, 7))
  found({ ...batch(2), nextOffset: 9 })
  expect(isComplete()).toBe(false)
  applied({ topic: 't', partition: 0 }, 7)
  applied({ topic: 't', partition: 1 }, 7)
  expect(isComplete()).toBe(false)
  applied({ topic: 't', partition: 1 }, 8)
  expect(isComplete()).toBe(true)
  found(batch(0, 9))
  expect(isComplete()).toBe(false)
})
