import { expect, test } from 'vitest'
import { labelsOfOnly } from '../../../../../scripts/experiments/cluster/labels-of-only.ts'

const pod = (version: string, more: Readonly<Record<string, string>> = {}) => ({ app: 'reviews', version, ...more })

test('what some pods have in common selects them, when no other pod has all of it', () => {
  expect(labelsOfOnly([pod('v2', { hash: 'a' }), pod('v2', { hash: 'b' })], [pod('v1'), pod('v1')])).toEqual(pod('v2'))
  expect(labelsOfOnly([pod('v2')], [pod('v1')])).toEqual(pod('v2'))
  expect(labelsOfOnly([pod('v1', { hash: 'a' })], [pod('v1', { hash: 'b' })])).toEqual(pod('v1', { hash: 'a' }))
})

test('pods that differ from the others in nothing cannot be selected', () => {
  expect(labelsOfOnly([pod('v1')], [pod('v1')])).toBeUndefined()
  expect(labelsOfOnly([pod('v1')], [pod('v1', { canary: 'yes' })])).toBeUndefined()
  expect(labelsOfOnly([pod('v1'), pod('v2')], [pod('v3')])).toBeUndefined()
})
