import { expect, test } from 'vitest'
import { samplingOf, tracingOf } from '../../../../../scripts/local/plan/tracing.ts'

const collector = 'http://127.0.0.1:4318'

test('without a collector nobody traces', () => {
  expect(tracingOf({}, undefined)).toBeUndefined()
})

test('spans go to the own collector, or to the one that the environment names', () => {
  expect(tracingOf({}, collector)?.endpoint).toBe(collector)
  expect(tracingOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://theirs:4318' }, collector)?.endpoint).toBe('http://theirs:4318')
  expect(tracingOf({ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, collector)?.endpoint).toBe(collector)
})

test.each([
  [undefined, undefined, 100],
  ['always_on', '0', 100],
  ['parentbased_always_on', undefined, 100],
  ['always_off', '1', 0],
  ['parentbased_always_off', undefined, 0],
  ['traceidratio', '0.25', 25],
  ['parentbased_traceidratio', undefined, 100],
  ['parentbased_traceidratio', '7', 100],
  ['parentbased_traceidratio', 'few', 0],
])('OTEL_TRACES_SAMPLER=%s OTEL_TRACES_SAMPLER_ARG=%s keeps %d %%', (sampler, ratio, percent) => {
  const env = { ...(sampler && { OTEL_TRACES_SAMPLER: sampler }), ...(ratio && { OTEL_TRACES_SAMPLER_ARG: ratio }) }
  expect(tracingOf(env, collector)?.samplingPercent).toBe(percent)
})

test('without a sampler so many traces a second are kept: the service at the edge begins them, and all others follow', () => {
  expect(tracingOf({}, collector)).toMatchObject({ samplingPercent: 100, edgeSamplingPercent: 0 })
  expect(samplingOf({}, true)).toEqual({ OTEL_TRACES_SAMPLER: 'ratelimited' })
  expect(samplingOf({}, false)).toEqual({ OTEL_TRACES_SAMPLER: 'parentbased_ratelimited' })
  const fewer = { OTEL_TRACES_SAMPLER: 'parentbased_ratelimited', OTEL_TRACES_SAMPLER_ARG: '3' }
  expect(samplingOf(fewer, true)).toEqual({ ...fewer, OTEL_TRACES_SAMPLER: 'ratelimited' })
  expect(samplingOf(fewer, false)).toEqual(fewer)
})

test('another sampler is that of everybody', () => {
  const env = { OTEL_TRACES_SAMPLER: 'parentbased_always_on' }
  expect(tracingOf(env, collector)).not.toHaveProperty('edgeSamplingPercent')
  for (const edge of [true, false]) expect(samplingOf(env, edge)).toEqual(env)
})
