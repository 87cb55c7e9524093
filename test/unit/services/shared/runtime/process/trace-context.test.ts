import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  childOf,
  currentWork,
  formatTraceparent,
  label,
  newTrace,
  parseTraceparent,
  runInTrace,
} from '../../../../../../services/shared/runtime/process/trace-context.ts'

const header = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true }

test('the example of the standard', () => {
  expect(parseTraceparent(header)).toEqual(trace)
  expect(formatTraceparent(trace)).toBe(header)
})

test.each([
  ['nothing', undefined],
  ['garbage', 'hello'],
  ['an invalid version', header.replace(/^00/, 'ff')],
  ['version 00 with more fields', `${header}-x`],
  ['upper case', header.toUpperCase()],
  ['a trace id of zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
  ['a parent id of zeros', `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`],
  ['two headers in one', `${header}, ${header}`],
])('%s is no trace', (_what, given) => {
  expect(parseTraceparent(given)).toBeUndefined()
})

test('a later version may have more fields', () => {
  expect(parseTraceparent(`01${header.slice(2)}-more`)).toEqual(trace)
})

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length }).filter((text) => !/^0+$/.test(text))

test('what is written is read back', () => {
  fc.assert(
    fc.property(hex(32), hex(16), fc.boolean(), (traceId, spanId, sampled) => {
      expect(parseTraceparent(formatTraceparent({ traceId, spanId, sampled }))).toEqual({ traceId, spanId, sampled })
    }),
  )
})

test('a child is another hop of the same trace', () => {
  const child = childOf(trace)
  expect(child).toMatchObject({ traceId: trace.traceId, sampled: true })
  expect(child.spanId).not.toBe(trace.spanId)
  expect(newTrace((bytes) => 'ab'.repeat(bytes))).toEqual({ traceId: 'ab'.repeat(16), spanId: 'ab'.repeat(8), sampled: true })
})

test('work carries its trace and labels through what it awaits, and nothing leaks out', async () => {
  await runInTrace(header, async () => {
    await Promise.resolve()
    label({ orderId: 'ord_1' })
    expect(currentWork()).toEqual({ trace, labels: { orderId: 'ord_1' } })
  })
  label({ orderId: 'nobody' })
  expect(currentWork()).toBeUndefined()
  runInTrace(undefined, () => expect(currentWork()?.labels).toEqual({}))
})
