import { expect, test } from 'vitest'
import { isChosen, withChosen, withoutChosen } from '../../../../../scripts/experiments/cluster/chosen-locality.ts'

const kept = 'experiment.breakwater.dev/locality-before'
const pod = (labels: Record<string, string>, annotations: Record<string, string> = {}) => ({
  metadata: { name: 'catalog-1', labels, annotations },
})

test('a pod without a locality of its own gets the chosen one, and loses it again', () => {
  expect(withChosen(pod({ app: 'catalog' }), 'experiment.zone-a')).toEqual({
    metadata: { labels: { 'istio-locality': 'experiment.zone-a' }, annotations: { [kept]: '' } },
  })
  expect(withoutChosen(pod({ 'istio-locality': 'experiment.zone-a' }, { [kept]: '' }))).toEqual({
    metadata: { labels: { 'istio-locality': null }, annotations: { [kept]: null } },
  })
})

test('one that a pod had is kept, also when another is chosen once more, and given back', () => {
  expect(withChosen(pod({ 'istio-locality': 'north.a' }), 'experiment.zone-a').metadata.annotations).toEqual({ [kept]: 'north.a' })
  const chosen = pod({ 'istio-locality': 'experiment.zone-a' }, { [kept]: 'north.a' })
  expect(withChosen(chosen, 'experiment.zone-b').metadata).toEqual({
    labels: { 'istio-locality': 'experiment.zone-b' },
    annotations: { [kept]: 'north.a' },
  })
  expect(withoutChosen(chosen)?.metadata.labels).toEqual({ 'istio-locality': 'north.a' })
})

test('where none was chosen nothing is taken back', () => {
  expect(isChosen(pod({ 'istio-locality': 'north.a' }))).toBe(false)
  expect(withoutChosen(pod({ 'istio-locality': 'north.a' }))).toBeUndefined()
  expect(isChosen(pod({}, { [kept]: '' }))).toBe(true)
})
