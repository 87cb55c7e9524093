import { expect, test } from 'vitest'
import { logLine } from '../../../../../scripts/console/search/log-line.ts'

const found = (record: object | string) => ({ time: 7, line: typeof record === 'string' ? record : JSON.stringify(record) })

test('a line of a service: what has a place of its own, and the rest as fields', () => {
  const time = '2026-01-02T03:04:05.678Z'
  const record = { workload: 'orders', replica: 0, container: 'app', time, level: 'warn', msg: 'request', trace_id: 'a'.repeat(32) }
  expect(logLine(found({ ...record, orderId: 'ord_1', status: 202, err: { message: 'away', stack: 'at …' } }))).toEqual({
    atMs: Date.parse(time),
    source: 'orders-0',
    service: 'orders',
    level: 'warn',
    message: 'request',
    traceId: 'a'.repeat(32),
    orderId: 'ord_1',
    fields: [
      ['status', '202'],
      ['err', 'away'],
    ],
  })
})

test('of a sidecar it says which side it stands on', () => {
  const access = { workload: 'gateway', replica: 0, container: 'sidecar', msg: 'GET catalog/products 200', response_flags: '-' }
  expect(logLine(found({ ...access, direction: 'outbound' }))).toMatchObject({
    source: 'gateway-0/sidecar',
    message: '→ GET catalog/products 200',
    fields: [['direction', 'outbound']],
  })
})

test('nothing in it steers a screen, and nothing is longer than a page can show', () => {
  const hostile = logLine(
    found({ workload: 'x\u202e', msg: `\u001b[31m${'a'.repeat(1_000_000)}`, deep: { nested: '\u0000'.repeat(100_000) }, level: 'shout' }),
  )
  expect(hostile.message).toMatch(/^␛\[31ma+…$/)
  expect(JSON.stringify(hostile).length).toBeLessThan(6_000)
  const texts = [hostile.source, hostile.message, ...hostile.fields.flat()]
  expect(texts.filter((text) => /[\p{Cc}\u202e]/u.test(text))).toEqual([])
  expect(hostile.level).toBe('info')
  expect(logLine(found('no JSON <script>')).message).toBe('no JSON <script>')
})
