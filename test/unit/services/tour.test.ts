import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { shopRules } from '../../../scripts/events/rules.ts'
import { exploreSaga } from '../../../scripts/events/saga/explore-saga.ts'
import { requests } from '../../../scripts/events/saga/requests.ts'
import { sagaMermaid } from '../../../scripts/events/saga/saga-mermaid.ts'

const tour = readFileSync(new URL('../../../services/README.md', import.meta.url), 'utf8')

test("the tour's picture of the saga is the one that the rules draw", () => {
  const [, picture] = /```mermaid\n([\s\S]*?)\n```/.exec(tour) ?? []
  expect(picture).toBe(sagaMermaid(exploreSaga(shopRules(), requests)).trimEnd())
})

test('each stop of the tour has all parts of the pattern form, something to see and something to read', () => {
  const stops = tour.split(/^## \d · /m).slice(1)
  expect(stops).toHaveLength(8)
  for (const stop of stops)
    for (const part of ['**Context**', '**Problem**', '**Forces**', '**Solution**', '**When not to**', 'See it:', 'Read:', 'On AWS:'])
      expect(stop).toContain(part)
})

test('every link of the tour leads to a file', () => {
  for (const [, link = ''] of tour.matchAll(/\]\(([^)#]+)\)/g))
    expect(existsSync(new URL(`../../../services/${link}`, import.meta.url)), link).toBe(true)
})
