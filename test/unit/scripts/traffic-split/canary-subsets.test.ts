import { expect, test } from 'vitest'
import { canarySubsets } from '../../../../scripts/traffic-split/canary-subsets.ts'

const split = { stable: 'v1', canary: 'v2', percent: 10 }
const stable = { name: 'v1', labels: { version: 'v1' } }

test('of two canary pods one may be ejected, whatever holds for the stable version; its other limits are those of the rule', () => {
  for (const maxEjectionPercent of [34, 50, 100]) {
    const outlierDetection = { consecutive5xxErrors: 3, baseEjectionTime: '5s', maxEjectionPercent }
    expect(canarySubsets(split, { trafficPolicy: { outlierDetection } })).toEqual([
      stable,
      {
        name: 'v2',
        labels: { version: 'v2' },
        trafficPolicy: { outlierDetection: { consecutive5xxErrors: 3, baseEjectionTime: '5s', maxEjectionPercent: 50 } },
      },
    ])
  }
})

test('a rule that ejects nobody ejects no canary', () => {
  expect(canarySubsets(split, {})).toEqual([stable, { name: 'v2', labels: { version: 'v2' } }])
})
