import { expect, test } from 'vitest'
import { formatLine } from '../../../../../scripts/telemetry/show/format-line.ts'

const access = {
  workload: 'gateway',
  replica: 0,
  container: 'sidecar',
  time: '2026-01-02T03:04:05.678Z',
  level: 'warn',
  msg: 'GET catalog/v1/products 503',
  direction: 'outbound',
  response_flags: 'UO',
  response_code_details: 'overflow',
  upstream_host: null,
  upstream_request_attempt_count: 3,
  duration: 0,
  route_name: 'all',
}

test('of a request what a person looks for first', () => {
  expect(formatLine(JSON.stringify(access))).toBe(
    '03:04:05.678 gateway-0/sidecar      warn  → GET catalog/v1/products 503 duration=0ms flags=UO details=overflow attempts=3',
  )
  const good = { ...access, direction: 'inbound', response_flags: '-', upstream_host: '127.0.0.1:1', upstream_request_attempt_count: 1 }
  expect(formatLine(JSON.stringify(good))).toMatch(/← GET catalog\/v1\/products 503 duration=0ms upstream=127\.0\.0\.1:1$/)
})

test('what a sidecar says itself, and any other line, as in the common log', () => {
  const { direction: _, response_flags: __, ...own } = access
  expect(formatLine(JSON.stringify({ ...own, msg: 'gRPC config rejected' }))).toContain(
    'warn  gRPC config rejected response_code_details=overflow',
  )
})

test('nothing in a line steers the terminal', () => {
  expect(formatLine(JSON.stringify({ ...access, msg: 'GET \u001b]0;evil\u0007\nfake line' }))).toContain('GET ␛]0;evil␇␊fake line')
  expect(formatLine('\u001b[2J garbage')).toBe('␛[2J garbage')
})
