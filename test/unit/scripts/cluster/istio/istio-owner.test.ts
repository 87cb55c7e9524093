import { expect, test } from 'vitest'
import { refusal } from '../../../../../scripts/cluster/istio/istio.ts'
import {
  adoptedAnnotation,
  type FoundIstio,
  isAlone,
  istioOwner,
  madeAnnotation,
  profileAnnotation,
} from '../../../../../scripts/cluster/istio/istio-owner.ts'

const nothing: FoundIstio = { controlPlanes: [], injectors: [] }
const running: FoundIstio = { controlPlanes: ['istio-system/istiod'], injectors: ['istio-sidecar-injector'] }

test.each<[string, FoundIstio, ReturnType<typeof istioOwner>]>([
  ['an empty cluster', nothing, 'nobody'],
  ['a namespace that is only there', { ...nothing, annotations: {} }, 'nobody'],
  ['an Istio without our mark', { ...running, annotations: { other: 'mark' } }, 'somebody else'],
  ['a control plane in another namespace', { ...nothing, controlPlanes: ['mesh/istiod-1-28'] }, 'somebody else'],
  ['one that runs outside of the cluster', { ...nothing, injectors: ['istio-sidecar-injector-external'] }, 'somebody else'],
  ['ours', { ...running, annotations: { [profileAnnotation]: '1a2b', [madeAnnotation]: 'true' } }, 'us'],
  ['an installation of ours that broke off', { ...running, annotations: { [profileAnnotation]: '' } }, 'us'],
  ['one that we may change', { ...running, annotations: { [profileAnnotation]: '1a2b', [adoptedAnnotation]: 'true' } }, 'adopted'],
])('%s', (_, found, owner) => {
  expect(istioOwner(found)).toBe(owner)
})

test('the refusal names what was found and both ways out, in one line', () => {
  const said = refusal('kind-shared', running)
  for (const word of ['kind-shared', 'istio-system/istiod', 'use another cluster', 'ADOPT_ISTIO=1']) expect(said).toContain(word)
  expect(said).not.toContain('\n')
})

test('what all control planes share is removed only when ours is the only one', () => {
  expect(isAlone(running)).toBe(true)
  expect(isAlone({ ...running, controlPlanes: ['istio-system/istiod', 'istio-system/istiod-1-28'] })).toBe(false)
})
