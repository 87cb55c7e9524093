import { type LogEntry, logLevel } from 'kafkajs'
import { expect, test } from 'vitest'
import { kafkajsLogCreator } from '../../../../../../../services/shared/runtime/kafka/client/kafka-logger.ts'

/** Which of our levels a line of kafkajs gets, and with which fields. */
function logged(level: logLevel, message: string, namespace = 'Consumer') {
  const lines: unknown[] = []
  const at = (name: string) => (fields: object, text: string) => void lines.push([name, fields, text])
  const log = kafkajsLogCreator({ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') })(logLevel.DEBUG)
  log({ level, label: '', namespace, log: { message, logger: 'kafkajs', timestamp: 'now', stack: 'at …', groupId: 'g' } } as LogEntry)
  return lines
}
const fields = { kafkajs: 'Consumer', groupId: 'g' }

test.each([
  [logLevel.ERROR, 'warn'],
  [logLevel.WARN, 'info'],
  [logLevel.INFO, 'debug'],
  [logLevel.DEBUG, 'debug'],
])("kafkajs' level %i becomes %s, without what our lines have already", (level, ours) => {
  expect(logged(level, 'text')).toEqual([[ours, fields, 'text']])
})

test.each([
  ['The broker answered: concurrent operation, again', 'Consumer'],
  ['Limiting retries on purpose', 'Consumer'],
  ['anything', 'Connection'],
])('%s of %s is routine', (message, namespace) => {
  expect(logged(logLevel.ERROR, message, namespace)).toEqual([['debug', { ...fields, kafkajs: namespace }, message]])
})

test('what only mentions a limit is none', () => {
  expect(logged(logLevel.ERROR, 'Not Limiting retries')).toEqual([['warn', fields, 'Not Limiting retries']])
})
