import { expect, test } from 'vitest'
import { podLogLine } from '../../../../scripts/cluster/pod-log-line.ts'

test.each([
  [
    '[pod/catalog-7d9c-x2/catalog] {"level":"info","time":"2026-01-31T12:00:00Z","msg":"listening"}',
    { pod: 'catalog-7d9c-x2', container: 'catalog', level: 'info', time: '2026-01-31T12:00:00Z', msg: 'listening' },
  ],
  [
    '[pod/catalog-7d9c-x2/istio-proxy] 2026-01-31 info ready',
    { pod: 'catalog-7d9c-x2', container: 'istio-proxy', msg: '2026-01-31 info ready' },
  ],
  ['[pod/a/b] [1,2]', { pod: 'a', container: 'b', msg: '[1,2]' }],
  ['[pod/a/b] ', { pod: 'a', container: 'b', msg: '' }],
  ['no prefix at all', { msg: 'no prefix at all' }],
])('%s', (line, record) => {
  expect(JSON.parse(podLogLine(line))).toEqual(record)
})

test('is one line, with the source first', () => {
  expect(podLogLine('[pod/a/b] {"msg":"two\\nlines"}')).toBe('{"pod":"a","container":"b","msg":"two\\nlines"}')
})
