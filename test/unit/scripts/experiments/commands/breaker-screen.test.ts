import { expect, test } from 'vitest'
import { breakerScreen } from '../../../../../scripts/experiments/commands/breaker-screen.ts'

const view = (state: 'closed' | 'ejected') => ({
  caller: 'gateway-0',
  host: 'catalog-0',
  state,
  requests: 3,
  failed: 3,
  refused: 0,
  succeeded: 0,
})

function written(json: boolean, terminal: { isTTY?: boolean; columns?: number } = {}) {
  const text: string[] = []
  const out = { ...terminal, write: (part: string) => text.push(part) > 0 } as unknown as NodeJS.WriteStream
  const screen = breakerScreen(json, out)
  screen.show([view('closed')], [])
  screen.show([view('closed')], [view('closed')])
  screen.show([view('ejected')], [view('closed')])
  return text
}

test('without a terminal a line for each change', () => {
  expect(written(false).map((line) => line.replace(/\d+\.\d s/, '0.0 s'))).toEqual([
    'gateway-0: catalog-0 closed (3 requests, 3 failed)\n',
    '   0.0 s  gateway-0: catalog-0 closed → ejected (3 requests, 3 failed)\n',
  ])
})

test('on a terminal the lines are drawn over each other, and cut where it ends', () => {
  const text = written(false, { isTTY: true, columns: 27 })
  expect(text).toEqual([
    '\u001b[Jgateway-0: catalog-0 closed\n',
    '\u001b[1A\u001b[Jgateway-0: catalog-0 closed\n',
    '\u001b[1A\u001b[Jgateway-0: catalog-0 ejecte\n',
  ])
})

test('as JSON a line for each state, and then for each change', () => {
  const lines = written(true).map((line) => JSON.parse(line))
  expect(lines).toEqual([
    { atMs: expect.any(Number), caller: 'gateway-0', host: 'catalog-0', state: 'closed', requests: 3, failed: 3, refused: 0 },
    { atMs: expect.any(Number), caller: 'gateway-0', host: 'catalog-0', state: 'ejected', requests: 3, failed: 3, refused: 0 },
  ])
})
