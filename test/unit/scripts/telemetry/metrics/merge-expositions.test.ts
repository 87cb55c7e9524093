import { expect, test } from 'vitest'
import { mergeExpositions } from '../../../../../scripts/telemetry/metrics/merge-expositions.ts'
import { withLabels } from '../../../../../scripts/telemetry/metrics/with-labels.ts'

test('a metric that several tell is described once, with all samples together', () => {
  const one = '# HELP a_total how many\n# TYPE a_total counter\na_total{x="1"} 3\n\n# TYPE b gauge\nb 1\n'
  const other = '# HELP a_total other words\n# TYPE a_total counter\na_total{x="2"} 4\n# EOF\n'
  expect(mergeExpositions([one, other, ''])).toBe(
    '# HELP a_total how many\n# TYPE a_total counter\na_total{x="1"} 3\na_total{x="2"} 4\n# TYPE b gauge\nb 1\n',
  )
})

test('the parts of a histogram stay with it, also when a metric without description has a name that begins like it', () => {
  const histogram = '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 3\nh_count 2\nh_other 7\n'
  expect(mergeExpositions([histogram, histogram]).split('\n')).toEqual([
    '# TYPE h histogram',
    ...['h_bucket{le="1"} 1', 'h_bucket{le="+Inf"} 2', 'h_sum 3', 'h_count 2'],
    ...['h_bucket{le="1"} 1', 'h_bucket{le="+Inf"} 2', 'h_sum 3', 'h_count 2'],
    'h_other 7',
    'h_other 7',
    '',
  ])
})

test('what has no samples, and what is no sample, is left out', () => {
  expect(mergeExpositions(['# HELP a x\n# TYPE a gauge\n'])).toBe('')
  expect(mergeExpositions(['<html>\n{"error":1}\na 1'])).toBe('a 1\n')
})

test('labels go in front of those that a sample has, also where it has none', () => {
  const labels = { namespace: 'shop', pod: 'a "b"' }
  expect(withLabels('# TYPE a gauge\na{x="{1} 2"} 3\nb 4 1700000000\nc{} 5\n', labels)).toBe(
    [
      '# TYPE a gauge',
      'a{namespace="shop",pod="a \\"b\\"",x="{1} 2"} 3',
      'b{namespace="shop",pod="a \\"b\\""} 4 1700000000',
      'c{namespace="shop",pod="a \\"b\\""} 5',
      '',
    ].join('\n'),
  )
})
