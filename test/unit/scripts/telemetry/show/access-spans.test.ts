import { expect, test } from 'vitest'
import { accessEntry, originOf } from '../../../../../scripts/telemetry/collect/access-entry.ts'
import { accessSpans } from '../../../../../scripts/telemetry/show/access-spans.ts'
import { waterfall } from '../../../../../scripts/telemetry/show/waterfall.ts'

const traceId = 'a'.repeat(32)
const begin = Date.parse('2026-01-02T03:04:05Z')
const line = (replica: string, direction: string, path: string, startMs: number, duration: number, code = 200): string =>
  accessEntry(
    JSON.stringify({
      ...{ start_time: new Date(begin + startMs).toISOString(), direction, method: 'GET', path, authority: 'x', response_code: code },
      ...{ response_flags: code === 503 ? 'UO' : '-', duration },
    }),
    originOf(replica),
    () => begin,
  ).line

test('requests stand below those that they were made for', () => {
  const lines = [
    line('catalog-2', 'inbound', '/products', 4, 5),
    line('gateway-0', 'outbound', '/products', 3, 7),
    line('gateway-0', 'outbound', '/stock', 3, 1, 503),
    line('gateway-0', 'inbound', '/v1/products', 0, 20),
    JSON.stringify({ workload: 'gateway', replica: 0, container: 'app', time: 5, msg: 'no request' }),
    'no JSON',
  ]
  expect(waterfall(accessSpans(lines, traceId), { width: 90, color: (_, text) => text })).toEqual([
    '   0 µs  GET /v1/products 200   gateway-0/sidecar  ████████████████████████████  20.0 ms',
    '3.00 ms  ├ GET /products 200    gateway-0/sidecar      ██████████                7.00 ms',
    '4.00 ms  │ └ GET /products 200  catalog-2/sidecar       ███████                  5.00 ms',
    '3.00 ms  └ GET /stock 503 UO    gateway-0/sidecar      █                         1.00 ms ✗',
  ])
})
