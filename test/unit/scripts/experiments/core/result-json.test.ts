import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { ExperimentResult } from '../../../../../scripts/experiments/core/result.ts'
import { resultFromJson, resultToJson } from '../../../../../scripts/experiments/core/result-json.ts'
import { resultSchema } from '../../../../../scripts/experiments/core/result-schema.ts'
import { validateResult } from '../../../../../scripts/experiments/core/write-result.ts'

const check = { name: 'refused', expected: 8, actual: 7, passed: false, doubt: 'slow' }
const result: ExperimentResult = {
  name: 'box',
  target: 'local',
  hypothesis: 'The box refuses.',
  startedAt: '2026-11-24T00:00:00.000Z',
  durationMs: 1,
  config: {},
  verdict: 'inconclusive',
  reason: 'slow',
  checks: [check],
  negativeControl: { change: 'rule removed', checks: [{ name: 'refused', expected: 8, actual: 0, passed: false }], failedAsItMust: true },
  timeline: [
    {
      caller: 'gateway-0',
      host: 'box pool',
      samples: [
        { atMs: 0, state: 'closed' },
        { atMs: 5, state: 'overflow', cause: 'rq_open' },
      ],
    },
  ],
  invariants: [check],
  rollback: { done: false, remains: ['the rule'] },
}

test('a file has the words that it has had from the first version on', () => {
  expect(resultToJson(result)).toEqual({
    name: 'box',
    target: 'local',
    claim: 'The box refuses.',
    startedAt: '2026-11-24T00:00:00.000Z',
    durationMs: 1,
    config: {},
    verdict: 'inconclusive',
    reason: 'slow',
    checks: [{ what: 'refused', expected: 8, observed: 7, holds: false, doubt: 'slow' }],
    negativeControl: {
      change: 'rule removed',
      checks: [{ what: 'refused', expected: 8, observed: 0, holds: false }],
      failedAsItMust: true,
    },
    timeline: [
      {
        caller: 'gateway-0',
        host: 'box pool',
        samples: [
          { atMs: 0, state: 'closed' },
          { atMs: 5, state: 'pool-full', cause: 'rq_open' },
        ],
      },
    ],
    invariants: [{ what: 'refused', expected: 8, observed: 7, holds: false, doubt: 'slow' }],
    undo: { done: false, remains: ['the rule'] },
  })
})

test('neither direction changes what it is given', () => {
  const [ours, file] = [structuredClone(result), structuredClone(resultToJson(result))]
  resultFromJson(resultToJson(result))
  expect(result).toEqual(ours)
  expect(resultToJson(result)).toEqual(file)
})

test('what is read is what was written, also without a control', () => {
  const { negativeControl: _, ...withoutControl } = result
  for (const one of [result, withoutControl]) expect(resultFromJson(JSON.parse(JSON.stringify(resultToJson(one))))).toEqual(one)
})

test('reasons go to the file and come back as they are', () => {
  const reasons = [{ field: 'spec.host', because: 'It is another host.', wouldWork: 'box' }]
  expect(resultToJson({ ...result, reasons }).reasons).toEqual(reasons)
  expect(resultFromJson(resultToJson({ ...result, reasons }))).toEqual({ ...result, reasons })
})

test('what a run may say of itself over time, of its policy and of its machine, it keeps, and its control as well', () => {
  const overTime = {
    summary: 'Of 10 requests 8 were refused at once.',
    events: [{ atMs: 3, what: 'fault injected' }],
    traffic: [
      {
        caller: 'gateway-0',
        binMs: 250,
        deadlineMs: 1000,
        bins: [
          { atMs: 0, sent: 9, ok: 5, refused: 3, failed: 1, p50Ms: 4, p99Ms: 40.5 },
          { atMs: 250, sent: 1, ok: 0, refused: 1, failed: 0 },
        ],
      },
    ],
    timeline: [{ ...(result.timeline[0] ?? { caller: '', host: '', samples: [] }), sampling: { perSecond: 8.3, longestGapMs: 180 } }],
  }
  const rich: ExperimentResult = {
    ...result,
    ...overTime,
    negativeControl: { change: 'rule removed', checks: [check], failedAsItMust: true, ...overTime },
    policy: [
      { number: 'interval, ms', value: 1000, object: 'DestinationRule shop/box', field: 'spec.interval', written: '1s' },
      { number: 'base, ms', value: 30_000, object: 'DestinationRule shop/box', field: 'spec.base' },
    ],
    environment: {
      commit: 'abc',
      node: '24.1.0',
      envoy: '1.39.3',
      kafka: '4.1.0',
      istio: '1.31',
      os: 'Linux',
      cpu: 'x',
      cores: 2,
      memoryGiB: 8,
    },
  }
  const file = JSON.parse(JSON.stringify(resultToJson(rich)))
  expect(() => validateResult(file)).not.toThrow()
  expect(resultFromJson(file)).toEqual(rich)
  expect(() => validateResult({ ...file, traffic: [{ caller: 'x', bins: [] }] })).toThrow(/traffic.*binMs/)
  expect(() => validateResult({ ...file, environment: {} })).toThrow(/environment.*node/)
})

test('the schema is published as a file', async () => {
  const published = fileURLToPath(new URL('../../../../../scripts/experiments/core/experiment-result.schema.json', import.meta.url))
  await expect(`${JSON.stringify(resultSchema, undefined, 2)}\n`).toMatchFileSnapshot(published)
})
