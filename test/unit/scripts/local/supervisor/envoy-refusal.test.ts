import { expect, test } from 'vitest'
import { refusalIn } from '../../../../../scripts/local/supervisor/envoy-refusal.ts'

const line = (msg: string): string => `{"time":"2026-11-28T01:09:28.066Z","level":"warning","logger":"config","msg":"${msg}"}`

test.each([
  [
    'a constraint, after the whole message',
    line(
      'Filesystem config update rejected: goo.gle/debugonly \\nname: \\"c\\"\\ntype: STATIC\\n: Proto constraint validation failed (ClusterValidationError.OutlierDetection: embedded message failed validation | caused by OutlierDetectionValidationError.Interval: value must be greater than 0s)',
    ),
    'OutlierDetectionValidationError.Interval: value must be greater than 0s',
  ],
  ['a sentence', line('Filesystem config update rejected: invalid perl operator: (?!'), 'invalid perl operator: (?!'],
  ['quotes and lines', line('Filesystem config update rejected: a \\"b\\"\\n c'), 'a "b" c'],
  ['something long', line(`Filesystem config update rejected: ${'x'.repeat(400)}end`), `…${'x'.repeat(297)}end`],
  ['another matter', line('caught ENVOY_SIGTERM'), undefined],
])('%s', (_, text, reason) => {
  expect(refusalIn(text)).toBe(reason)
})
