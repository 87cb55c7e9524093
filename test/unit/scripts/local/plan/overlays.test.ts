import { expect, test } from 'vitest'
import type { Manifest } from '../../../../../scripts/local/plan/manifests.ts'
import { applyOverlays, removeAnnotation } from '../../../../../scripts/local/plan/overlays.ts'

const rule = (name: string, spec: unknown = {}): Manifest =>
  Object.assign({ apiVersion: 'v1', kind: 'DestinationRule', metadata: { name } }, { spec })

test('an overlay takes the place of the object of its kind and name', () => {
  expect(applyOverlays([rule('catalog', 'old'), rule('orders')], [rule('catalog', 'new')])).toEqual([
    rule('catalog', 'new'),
    rule('orders'),
  ])
})

test('the same name of another kind is another object', () => {
  const service: Manifest = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'catalog' } }
  expect(applyOverlays([service], [rule('catalog')])).toEqual([service, rule('catalog')])
})

test('an annotated overlay takes its object away, and is none itself', () => {
  const removed: Manifest = {
    apiVersion: 'v1',
    kind: 'DestinationRule',
    metadata: { name: 'catalog', annotations: { [removeAnnotation]: 'true' } },
  }
  expect(applyOverlays([rule('catalog'), rule('orders')], [removed])).toEqual([rule('orders')])
  expect(applyOverlays([], [removed])).toEqual([])
})

test('of two overlays the later wins', () => {
  expect(applyOverlays([rule('catalog', 1)], [rule('catalog', 2), rule('catalog', 3)])).toEqual([rule('catalog', 3)])
})
