import { expect, test } from 'vitest'
import { podLine } from '../../../../../scripts/telemetry/cluster/pod-line.ts'
import { formatLine } from '../../../../../scripts/telemetry/show/format-line.ts'

const pod = 'catalog-5d7c8b9f4-x2x7k'
const row = (container: string, line: string, level = 'info') => ({
  _time: '2026-11-28T19:42:08.014123456Z',
  _msg: line,
  level,
  'service.name': 'catalog',
  'service.instance.id': pod,
  'k8s.container.name': container,
})

test('what a service logs looks as on the laptop, under the name of its pod', () => {
  const line = JSON.stringify({
    level: 'info',
    time: '2026-11-28T19:42:08.014Z',
    service: 'catalog',
    pod,
    orderId: 'ord_1',
    msg: 'request',
  })
  const found = podLine(row('catalog', line))
  expect(JSON.parse(found.line)).toEqual({
    workload: 'catalog',
    replica: '5d7c8b9f4-x2x7k',
    container: 'app',
    time: '2026-11-28T19:42:08.014Z',
    level: 'info',
    msg: 'request',
    orderId: 'ord_1',
  })
  expect(found.time).toBe(Date.parse('2026-11-28T19:42:08.014Z'))
  expect(formatLine(found.line)).toBe(`19:42:08.014 ${pod} info  request orderId=ord_1`)
})

test.each([
  ['inbound|8080||', 'inbound', '←'],
  ['outbound|80||catalog.breakwater.svc.cluster.local', 'outbound', '→'],
  // No route was found: there was nobody to go in to.
  ['-', 'outbound', '→'],
])('a request of a proxy to %s', (cluster, direction, sign) => {
  const access = { start_time: '2026-11-28T19:42:08.014Z', method: 'GET', authority: 'catalog', path: '/products', response_code: 503 }
  const line = JSON.stringify({ ...access, response_flags: 'UO', upstream_cluster: cluster, duration: 3, traceparent: '00-a-b-01' })
  const found = podLine(row('istio-proxy', line, 'warn'))
  expect(JSON.parse(found.line)).toMatchObject({ container: 'sidecar', level: 'warn', direction, msg: 'GET catalog/products 503' })
  expect(formatLine(found.line)).toContain(`${pod}/sidecar warn  ${sign} GET catalog/products 503 duration=3ms flags=UO`)
})

test('what is no JSON is the message', () => {
  expect(JSON.parse(podLine(row('istio-proxy', 'plain \u001b[31mtext')).line)).toMatchObject({
    container: 'sidecar',
    msg: 'plain \u001b[31mtext',
  })
  expect(formatLine(podLine(row('istio-proxy', 'plain \u001b[31mtext')).line)).not.toContain('\u001b[31m')
})

test('a pod that has another name than its workload keeps it', () => {
  const line = podLine({ ...row('kafka', 'started'), 'service.name': 'kafka', 'service.instance.id': 'broker-0' }).line
  expect(JSON.parse(line)).toMatchObject({ workload: 'kafka', replica: 'broker-0' })
})

test('a time without fraction, and with a short one', () => {
  const time = (text: string) => JSON.parse(podLine({ ...row('catalog', 'x'), _time: text }).line).time
  expect(time('2026-11-28T19:42:08Z')).toBe('2026-11-28T19:42:08.000Z')
  expect(time('2026-11-28T19:42:08.5Z')).toBe('2026-11-28T19:42:08.500Z')
})
