import { expect, test } from 'vitest'
import { nearest, unknown } from '../../../../scripts/cli/nearest.ts'

const experiments = ['catalog-ejection', 'httpbin-pool']

test.each([
  ['catalog-ejecton', 'catalog-ejection'],
  ['catalog', undefined],
  ['httpbin-pol', 'httpbin-pool'],
  ['htpbin-poolx', 'httpbin-pool'],
  ['ejection', undefined],
  ['', undefined],
])('%j is meant to be %j', (word, meant) => {
  expect(nearest(word, experiments)).toBe(meant)
})

test('two letters that changed places are one slip', () => {
  expect(nearest('pu', ['up', 'down'])).toBeUndefined()
  expect(nearest('donw', ['up', 'down'])).toBe('down')
})

test('nothing is near when nothing is known', () => {
  expect(nearest('up', [])).toBeUndefined()
})

test('an unknown word is told what there is', () => {
  expect(unknown('experiment', 'httpbin', experiments)).toBe("there is no experiment 'httpbin'; there are: catalog-ejection, httpbin-pool")
  expect(unknown('experiment', 'httpbin-poll', experiments)).toBe(
    "there is no experiment 'httpbin-poll' (did you mean 'httpbin-pool'?); there are: catalog-ejection, httpbin-pool",
  )
})
