import { expect, test } from 'vitest'
import { policyNumber } from '../../../../../scripts/experiments/core/policy-number.ts'

const reference = { kind: 'DestinationRule', namespace: 'shop', name: 'catalog' }
const spec = { trafficPolicy: { outlierDetection: { interval: '1s' } } }
const inForce = { apiVersion: 'v1', kind: 'DestinationRule', metadata: { name: 'catalog' }, spec }
const field = 'spec.trafficPolicy.outlierDetection.interval'

test('a number has the object and the field that give it, and what is written there', () => {
  expect(policyNumber(reference, inForce, { number: 'interval, ms', value: 1_000, field })).toEqual({
    number: 'interval, ms',
    value: 1_000,
    object: 'DestinationRule shop/catalog',
    field,
    written: '1s',
  })
})

test('a field that is not set, of an object that may not be there, has nothing written', () => {
  for (const object of [undefined, { ...inForce, spec: {} }])
    expect(policyNumber(reference, object, { number: 'interval, ms', value: 10_000, field })).not.toHaveProperty('written')
})
