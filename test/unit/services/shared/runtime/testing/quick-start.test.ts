import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { balances, outcomes } from '../../../../../../services/shared/runtime/testing/quick-start.ts'

const runtime = new URL('../../../../../../services/shared/runtime/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, runtime), 'utf8')

test('the quick start decides, refuses and keeps its view', () => {
  expect(outcomes).toEqual([
    { status: 'changed', events: [{ type: 'bank.Withdrawn', data: { cents: 700 } }], version: 1 },
    { status: 'refused', code: 'TOO_POOR', detail: '300 left' },
  ])
  expect([...balances]).toEqual([['alice', 300]])
})

test('the README shows it as it runs', () => {
  const [, shown] = /```ts\n(.*?)```/s.exec(read('event-sourcing/README.md')) ?? []
  expect(shown).toBe(read('testing/quick-start.ts'))
})
