import { expect, test } from 'vitest'
import { parseCommand, UsageError } from '../../../../../scripts/local/commands/parse-command.ts'

const parse = (line: string) => parseCommand(line.split(' ').filter(Boolean))

test('each command takes its own options and words', () => {
  expect(parse('up --foreground')).toEqual({ name: 'up', foreground: true })
  expect(parse('down --purge')).toEqual({ name: 'down', purge: true })
  expect(parse('status')).toEqual({ name: 'status', json: false })
  expect(parse('logs catalog -n 3 -f')).toEqual({ name: 'logs', of: 'catalog', lines: 3, follow: true, json: false })
  expect(parse('restart catalog-0')).toEqual({ name: 'restart', replica: 'catalog-0' })
})

test.each(['', 'help', '--help', '-h', 'logs --help'])("'%s' asks for help", (line) => {
  expect(parse(line)).toEqual({ name: 'help' })
})

test.each([
  ['down --lines 3', 'down takes no --lines; it takes --purge.'],
  ['restart catalog-0 --json', 'restart takes no --json; it takes no options.'],
  ['up now', "up: 'now' is one word too many."],
  ['logs a b', "logs: 'b' is one word too many."],
  ['logs --lines many', '--lines many is not a number of lines.'],
  ['logs --lines -1', /^logs: /],
  ['restart', 'Which replica? make restart REPLICA=catalog-0'],
  ['lgos', 'There is no command lgos. See: npm run -s local -- help'],
])("'%s' is wrong usage", (line, message) => {
  expect(() => parse(line)).toThrow(UsageError)
  expect(() => parse(line)).toThrow(message)
})
