import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toEntries } from '../../../../../scripts/telemetry/otlp/to-entries.ts'
import { toSpans } from '../../../../../scripts/telemetry/otlp/to-spans.ts'

const id = fc.constantFrom('a'.repeat(32), 'b'.repeat(16), '0'.repeat(16), 'x', '', 7, null)
const attributes = fc.oneof(
  fc.jsonValue(),
  fc.array(
    fc.record({
      key: fc.oneof(fc.string(), fc.constant('__proto__')),
      value: fc.oneof(fc.jsonValue(), fc.record({ intValue: fc.jsonValue() })),
    }),
  ),
)
const time = fc.oneof(fc.constantFrom('1767323045000000000', '-1', '99999999999999999999', 1e300, 0), fc.jsonValue())
const span = fc.record(
  {
    traceId: id,
    spanId: id,
    parentSpanId: id,
    name: fc.jsonValue(),
    kind: fc.jsonValue(),
    startTimeUnixNano: time,
    attributes,
    status: fc.jsonValue(),
    events: fc.jsonValue(),
    links: fc.jsonValue(),
  },
  { requiredKeys: [] },
)
const resource = fc.oneof(fc.jsonValue(), fc.record({ attributes }))

test('whatever JSON is sent: spans that can be stored, or a count of those that cannot', () => {
  fc.assert(
    fc.property(fc.array(span), resource, (spans, of) => {
      const { accepted, rejected } = toSpans({ resourceSpans: [{ resource: of, scopeSpans: [{ spans }] }] } as never)
      expect(accepted.length + rejected).toBe(spans.length)
      for (const one of accepted) {
        expect(one.traceId).toMatch(/^[0-9a-f]{32}$/)
        expect(Number.isSafeInteger(one.startUs) && one.durationUs >= 0).toBe(true)
        expect(JSON.parse(JSON.stringify(one))).toMatchObject({ traceId: one.traceId })
      }
    }),
  )
})

test('whatever JSON is sent as logs: lines that are JSON', () => {
  const record = fc.record(
    { body: fc.jsonValue(), severityNumber: fc.jsonValue(), timeUnixNano: time, traceId: id, attributes },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.array(record), resource, (logRecords, of) => {
      const entries = toEntries({ resourceLogs: [{ resource: of, scopeLogs: [{ logRecords }] }] } as never, () => 1)
      expect(entries).toHaveLength(logRecords.length)
      for (const { line, time } of entries) expect([typeof JSON.parse(line), Number.isSafeInteger(time)]).toEqual(['object', true])
    }),
  )
})
