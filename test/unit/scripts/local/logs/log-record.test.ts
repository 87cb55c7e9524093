import { expect, test } from 'vitest'
import { toLogRecord } from '../../../../../scripts/local/logs/log-record.ts'

const source = { workload: 'catalog', replica: 1, container: 'app' }
const record = (line: string): unknown => JSON.parse(toLogRecord(line, source, () => new Date(0)))

test('JSON keeps its fields and gets its source', () => {
  expect(record('{"level":"info","msg":"hello"}')).toEqual({ ...source, level: 'info', msg: 'hello' })
  expect(record('{}')).toEqual(source)
})

test('anything else becomes a message', () => {
  const message = (msg: string) => ({ ...source, time: '1970-01-01T00:00:00.000Z', level: 'info', msg })
  for (const line of ['Listening', '{not json}', '["a"]', 'say "hi"']) expect(record(line)).toEqual(message(line))
})
