import { expect, test } from 'vitest'
import { together } from '../../../../../scripts/experiments/core/together.ts'

function actions(failing: readonly string[] = []) {
  const done: string[] = []
  const act = async (what: string) => {
    done.push(what)
    if (failing.includes(what)) throw new Error(`${what} failed`)
  }
  const action = (name: string) => ({ description: name, apply: () => act(`${name} applied`), rollback: () => act(`${name} back`) })
  return { done, all: together('both', [action('a'), action('b')]) }
}

test('applied in order, rolled back in reverse', async () => {
  const { done, all } = actions()
  await all.apply()
  await all.rollback()
  expect(done).toEqual(['a applied', 'b applied', 'b back', 'a back'])
})

test('what fails to be applied keeps the rest from it; what fails to be rolled back does not, and is named', async () => {
  const applying = actions(['a applied'])
  await expect(applying.all.apply()).rejects.toThrow('a applied failed')
  expect(applying.done).toEqual(['a applied'])
  const rolling = actions(['b back', 'a back'])
  await expect(rolling.all.rollback()).rejects.toThrow('b back failed; a back failed')
})
