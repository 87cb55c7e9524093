import { expect, test } from 'vitest'
import { subsetLabels } from '../../../../../../scripts/experiments/core/explain/subset-labels.ts'
import { destinationRule } from './situations.ts'

const destination = { namespace: 'shop', service: 'reviews', port: 9080 }
const v1 = { name: 'v1', labels: { version: 'v1' } }
const labels = (subset: string | undefined, ...rules: Parameters<typeof subsetLabels>[0]) =>
  subsetLabels(rules, { ...destination, ...(subset !== undefined && { subset }) })

test('a subset is what a rule for its host says', () => {
  const other = destinationRule({ host: 'ratings', subsets: [{ name: 'v1', labels: { version: 'other' } }] })
  const rule = destinationRule({ subsets: [{ name: 'v2', labels: {} }, v1] })
  expect(labels('v1', other, destinationRule({}), rule)).toEqual({ version: 'v1' })
  expect(labels('v3', other, rule)).toBeUndefined()
  expect(labels(undefined, rule)).toBeUndefined()
})
