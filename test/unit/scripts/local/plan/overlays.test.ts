import { expect, test } from 'vitest'
import { applyOverlays, removeAnnotation } from '../../../../../scripts/local/plan/overlays.ts'
import type { Manifest } from '../../../../../scripts/manifests/parse-manifests.ts'

const rule = (name: string, spec: unknown = {}, namespace?: string): Manifest =>
  Object.assign({ apiVersion: 'v1', kind: 'DestinationRule', metadata: { name, ...(namespace && { namespace }) } }, { spec })

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

test('objects of one name in two namespaces are two objects, and an overlay is for the one of its namespace', () => {
  const [shop, bank] = [rule('gateway', 'of the shop', 'shop'), rule('gateway', 'of the bank', 'bank')]
  expect(applyOverlays([shop, bank], [])).toEqual([shop, bank])
  expect(applyOverlays([shop, bank], [rule('gateway', 'new', 'bank')])).toEqual([shop, rule('gateway', 'new', 'bank')])
  expect(applyOverlays([shop], [rule('gateway', 'another', 'bank')])).toEqual([shop, rule('gateway', 'another', 'bank')])
})

test('an overlay without a namespace is for the only object of its name, wherever that is', () => {
  expect(applyOverlays([rule('gateway', 'old', 'shop')], [rule('gateway', 'new')])).toEqual([rule('gateway', 'new')])
  const both = [rule('gateway', 'a', 'shop'), rule('gateway', 'b', 'bank')]
  expect(() => applyOverlays(both, [rule('gateway', 'new')])).toThrow(
    'The overlay DestinationRule gateway has no namespace and could mean DestinationRule/shop/gateway or DestinationRule/bank/gateway.',
  )
})
