import { expect, test } from 'vitest'
import { parseCalls } from '../../../../../scripts/experiments/shop/gateway-calls.ts'

test("the gateway's metric is read for one service and outcome alone, whatever the order of its labels", () => {
  const name = 'http_client_request_duration_seconds'
  const metrics = [
    `${name}_count{upstream="catalog",outcome="no-healthy-upstream"} 4`,
    `${name}_count{outcome="no-healthy-upstream",pod="a",upstream="catalog"} 3`,
    `${name}_count{upstream="catalog",outcome="200"} 50`,
    `${name}_count{upstream="inventory",outcome="no-healthy-upstream"} 60`,
    `${name}_bucket{le="1",upstream="catalog",outcome="no-healthy-upstream"} 70`,
  ].join('\n')
  const calls = { upstream: 'catalog', outcome: 'no-healthy-upstream' }
  expect(parseCalls(metrics, calls)).toBe(7)
  expect(parseCalls('', calls)).toBe(0)
})
