import { expect, test } from 'vitest'
import { meshMarks } from '../../../../../scripts/console/order-story/mesh-marks.ts'

const line = (fields: object) => ({
  time: 0,
  line: JSON.stringify({
    workload: 'gateway',
    replica: 0,
    container: 'sidecar',
    time: '2026-01-02T03:04:05.000Z',
    direction: 'outbound',
    method: 'GET',
    path: '/products/MUG',
    authority: 'catalog.breakwater.svc.cluster.local',
    response_code: 200,
    response_flags: '-',
    upstream_request_attempt_count: 1,
    duration: 12,
    ...fields,
  }),
})

test('what a proxy sent once and passed on is no mark', () => {
  expect(meshMarks([line({}), line({ direction: 'inbound', response_flags: 'UH' }), { time: 0, line: 'no JSON' }])).toEqual([])
})

test('a request that was sent again, and one that was refused, say when, by whom and why', () => {
  const at = Date.parse('2026-01-02T03:04:05.000Z')
  expect(meshMarks([line({ upstream_request_attempt_count: 3 }), line({ response_flags: 'UO', response_code: 503, duration: 0 })])).toEqual(
    [
      expect.objectContaining({ atMs: at + 12, kind: 'retry', caller: 'gateway-0', destination: 'catalog', attempts: 3, status: 200 }),
      expect.objectContaining({ atMs: at, kind: 'refused', flags: 'UO', status: 503, text: 'GET /products/MUG, the pool was full (UO)' }),
    ],
  )
})
