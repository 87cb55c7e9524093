import { expect, test } from 'vitest'
import { samplerOf } from '../../../../../../services/shared/runtime/process/sampler.ts'
import { newTrace } from '../../../../../../services/shared/runtime/process/trace-context.ts'

const keeping = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true }
const dropping = { ...keeping, sampled: false }

test.each([
  ['always_on', 0, [true, true, true]],
  ['always_off', 1, [false, false, false]],
  ['traceidratio', 0, [false, false, false]],
  ['traceidratio', 1, [true, true, true]],
  ['traceidratio', undefined, [true, true, true]],
  ['ratelimited', 0, [false, true, false]],
  ['ratelimited', undefined, [true, true, true]],
  ['parentbased_always_on', 0, [true, true, false]],
  ['parentbased_always_off', 1, [false, true, false]],
  ['parentbased_traceidratio', 0, [false, true, false]],
  ['parentbased_traceidratio', 1, [true, true, false]],
  ['parentbased_ratelimited', 0, [false, true, false]],
  ['parentbased_ratelimited', 1, [true, true, false]],
] as const)('%s with %s keeps of a new trace, one that is kept and one that is not: %j', (name, arg, kept) => {
  const { keeps } = samplerOf({ OTEL_TRACES_SAMPLER: name, ...(arg !== undefined && { OTEL_TRACES_SAMPLER_ARG: arg }) })
  expect([undefined, keeping, dropping].map((parent) => keeps('work', keeping.traceId, parent))).toEqual(kept)
})

test('a share of the traces, the same everywhere', () => {
  const [one, other] = [0, 1].map(() => samplerOf({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: 0.25 }))
  const ids = Array.from({ length: 4000 }, () => newTrace().traceId)
  const kept = ids.filter((id) => one?.keeps('work', id, undefined))
  expect(kept).toEqual(ids.filter((id) => other?.keeps('other work', id, undefined)))
  // Six standard deviations.
  expect(Math.abs(kept.length - 1000)).toBeLessThan(165)
})

test('the first of each second, of each name, whatever the caller keeps beside them', () => {
  let now = 900
  const { keeps, keepsFailed } = samplerOf({ OTEL_TRACES_SAMPLER: 'ratelimited', OTEL_TRACES_SAMPLER_ARG: 2 }, () => now)
  const ask = (name: string, parent = dropping) => keeps(name, keeping.traceId, parent)
  expect(['GET', 'GET', 'GET', 'POST'].map((name) => ask(name))).toEqual([true, true, false, true])
  expect(ask('GET', keeping)).toBe(true)
  now = 1000
  expect(['GET', 'GET', 'GET'].map((name) => ask(name))).toEqual([true, true, false])
  expect([1, 2, 3].map(() => keepsFailed('GET'))).toEqual([true, true, false])
})

test('only where so many are kept, what fails is sent of the others', () => {
  const names = [
    'always_on',
    'always_off',
    'traceidratio',
    'parentbased_always_on',
    'parentbased_always_off',
    'parentbased_traceidratio',
  ] as const
  expect(names.map((name) => samplerOf({ OTEL_TRACES_SAMPLER: name }).keepsFailed('work'))).toEqual(names.map(() => false))
  expect(samplerOf({ OTEL_TRACES_SAMPLER: 'parentbased_ratelimited' }).keepsFailed('work')).toBe(true)
})

test('a share that is more than all is refused: ten was meant as ten in a hundred', () => {
  for (const name of ['traceidratio', 'parentbased_traceidratio'] as const)
    expect(() => samplerOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: 10 })).toThrow(/OTEL_TRACES_SAMPLER_ARG=10 is no share/)
  expect(samplerOf({ OTEL_TRACES_SAMPLER: 'ratelimited', OTEL_TRACES_SAMPLER_ARG: 10 }).keepsFailed('work')).toBe(true)
})
