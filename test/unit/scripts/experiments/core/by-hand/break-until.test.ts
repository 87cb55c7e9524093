import { expect, test } from 'vitest'
import { breakUntil, StillBroken } from '../../../../../../scripts/experiments/core/by-hand/break-until.ts'

const recording = (log: string[], name: string, fails: { apply?: boolean; rollback?: boolean } = {}) => {
  const act = (what: 'apply' | 'rollback') => async () => {
    log.push(`${what} ${name}`)
    if (fails[what]) throw new Error(`cannot ${what} ${name}`)
  }
  return { description: name, apply: act('apply'), rollback: act('rollback') }
}
const nothing = async () => {}

test('what was broken is put back in the opposite order, also when what was done meanwhile fails', async () => {
  const log: string[] = []
  const actions = [recording(log, 'filter'), recording(log, 'fault')]
  await expect(
    breakUntil(actions, { stays: false }, async () => {
      log.push('meanwhile')
      throw new Error('no terminal')
    }),
  ).rejects.toThrow('no terminal')
  expect(log).toEqual(['apply filter', 'apply fault', 'meanwhile', 'rollback fault', 'rollback filter'])
})

test('what is to stay stays, unless it was broken in part', async () => {
  const log: string[] = []
  await breakUntil([recording(log, 'fault')], { stays: true }, nothing)
  expect(log).toEqual(['apply fault'])
  const half: string[] = []
  const actions = [recording(half, 'filter'), recording(half, 'fault', { apply: true })]
  await expect(breakUntil(actions, { stays: true }, nothing)).rejects.toThrow('cannot apply fault')
  expect(half).toEqual(['apply filter', 'apply fault', 'rollback fault', 'rollback filter'])
})

test('what cannot be put back is named, with exit code 4', async () => {
  const failure = await breakUntil([recording([], 'fault', { rollback: true })], { stays: false }, nothing).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(StillBroken)
  expect(failure).toMatchObject({ message: 'still broken: fault: cannot rollback fault', exitCode: 4 })
})
