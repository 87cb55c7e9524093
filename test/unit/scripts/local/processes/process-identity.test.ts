import { expect, test } from 'vitest'
import { identify, isSame } from '../../../../../scripts/local/processes/process-identity.ts'

test('a process is itself, and not another one with its number', () => {
  const self = identify(process.pid)
  expect(self).toMatchObject({ pid: process.pid, began: expect.stringMatching(/./) })
  if (!self) return
  expect(isSame(self)).toBe(true)
  expect(isSame({ ...self, began: 'yesterday' })).toBe(false)
})

test('a number that no process has is nobody', () => {
  expect(identify(4_194_305)).toBeUndefined()
})
