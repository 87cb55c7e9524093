import { expect, test } from 'vitest'
import { chosenFault, type FaultOptions, faultInWords } from '../../../../../scripts/experiments/commands/fault-options.ts'

test('one fault, of every request unless said otherwise', () => {
  const inWords = (options: FaultOptions) => faultInWords('catalog-0', chosenFault(options))
  expect(inWords({ abort: 500, percent: 50 })).toBe('catalog-0 answers 500 to 50 % of its requests')
  expect(inWords({ abort: 503 })).toBe('catalog-0 answers 503 to every request')
  expect(inWords({ delay: 2000 })).toBe('catalog-0 keeps every request for 2000 ms')
  expect(inWords({ kill: true })).toBe('catalog-0 was killed; it is started again')
  expect(inWords({ pause: true })).toBe('catalog-0 is paused: it takes connections and answers nothing')
})

test.each<[FaultOptions, RegExp]>([
  [{}, /say what to do: one of --abort/],
  [{ percent: 50 }, /say what to do: one of/],
  [{ abort: 500, kill: true }, /only one of --abort/],
  [{ kill: true, percent: 50 }, /--percent belongs to --abort or --delay/],
  [{ abort: 500, percent: 101 }, /at most 100/],
  [{ abort: 199 }, /--abort 199 is no status of an answer/],
  [{ abort: 600 }, /--abort 600 is no status of an answer/],
])('%o is refused', (options, message) => {
  expect(() => chosenFault(options)).toThrow(expect.objectContaining({ message: expect.stringMatching(message), exitCode: 2 }))
})
