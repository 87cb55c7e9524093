import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, expect, test } from 'vitest'
import type { GatewayState } from '../../../../../services/gateway/decider/evolve.ts'
import { initialStages } from '../../../../../services/gateway/decider/stages/stages.ts'
import { keepLastKnown, readLastKnown, writeLastKnown } from '../../../../../services/gateway/state/last-known.ts'

const folder = mkdtempSync(join(tmpdir(), 'last-known-'))
afterAll(() => rmSync(folder, { recursive: true }))
const logger = pino({ level: 'silent' })
const states = new Map<string, GatewayState>([['stages', initialStages]])

test('what was written is read, by its owner alone', async () => {
  const file = join(folder, 'deep', 'state.json')
  await writeLastKnown(file, states)
  expect(await readLastKnown(file, logger)).toEqual(states)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('no file, half a file, one of another release or with what is no state: nothing is known', async () => {
  expect(await readLastKnown(join(folder, 'none'), logger)).toEqual(new Map())
  const file = join(folder, 'odd.json')
  await writeLastKnown(file, states)
  const whole = readFileSync(file, 'utf8')
  const odd = [
    whole.slice(0, 60),
    whole.replace(/"foldVersion":\d+/, '"foldVersion":0'),
    whole.replace('"kind":"stages"', '"kind":"x"'),
    '[]',
  ]
  for (const text of odd) {
    expect(text).not.toBe(whole)
    writeFileSync(file, text)
    expect(await readLastKnown(file, logger), text).toEqual(new Map())
  }
})

test('it is kept once all is known, and again after each change; the last change is there after the stop', async () => {
  const file = join(folder, 'kept.json')
  const keeper = keepLastKnown(file, logger)
  keeper.update('stages', initialStages)
  await keeper.stop()
  expect(await readLastKnown(file, logger)).toEqual(new Map())
  keeper.begin()
  await expect.poll(() => readLastKnown(file, logger)).toEqual(states)
  const changed = { ...initialStages, stages: [] }
  keeper.update('stages', changed)
  await keeper.stop()
  expect(await readLastKnown(file, logger)).toEqual(new Map([['stages', changed]]))
})

test('a folder that cannot be written to stops nobody', async () => {
  const file = join(folder, 'no-folder')
  writeFileSync(file, '')
  const keeper = keepLastKnown(join(file, 'state.json'), logger)
  keeper.begin()
  keeper.update('stages', initialStages)
  await expect(keeper.stop()).resolves.toBeUndefined()
})
