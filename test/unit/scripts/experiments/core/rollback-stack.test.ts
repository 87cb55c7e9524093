import { expect, test } from 'vitest'
import { rollbackStack } from '../../../../../scripts/experiments/core/rollback-stack.ts'

test('the newest is undone first; one that fails is told and keeps no other from running', async () => {
  const undone: string[] = []
  const undos = rollbackStack()
  undos.push('first', async () => void undone.push('first'))
  undos.push('second', () => Promise.reject(new Error('stuck')))
  undos.push('third', async () => void undone.push('third'))
  expect(await undos.unwind()).toEqual(['second: stuck'])
  expect(undone).toEqual(['third', 'first'])
  expect(await undos.unwind()).toEqual([])
})

test('an undo that was tried early and failed is tried again', async () => {
  let tries = 0
  const undos = rollbackStack()
  const early = undos.push('fault', async () => {
    tries += 1
    if (tries === 1) throw new Error('not yet')
  })
  await expect(early()).rejects.toThrow('not yet')
  expect(await undos.unwind()).toEqual([])
  expect(tries).toBe(2)
})

test('a rollback that nobody answers remains, and does not keep the others waiting', async () => {
  const done: string[] = []
  const { push, unwind } = rollbackStack(20)
  push('first', async () => void done.push('first'))
  push('hanging', () => new Promise(() => {}))
  expect(await unwind()).toEqual(['hanging: it did not end within 0.02 s'])
  expect(done).toEqual(['first'])
})
