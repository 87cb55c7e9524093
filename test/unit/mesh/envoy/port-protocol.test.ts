import { expect, test } from 'vitest'
import { type NamedPort, portProtocol, servicePortFault } from '../../../../mesh/envoy/port-protocol.ts'

test.each([
  { name: 'http' },
  { name: 'HTTP-web' },
  { name: 'http-tcp' },
  { name: 'tcp', appProtocol: 'http' },
  { name: 'tcp', appProtocol: 'kubernetes.io/ws' },
  { name: 'http', protocol: 'TCP' },
  { name: 'http', port: 3306 },
])('%o says that it speaks HTTP', (port) => {
  expect(portProtocol({ port: 80, ...port })).toBe('http')
})

test.each([{}, { name: 'web' }, { name: 'web-http' }, { name: 'https2' }, { name: 'tcpx' }])('%o does not say what it speaks', (port) => {
  expect(portProtocol({ port: 80, ...port })).toBe('sniffed')
  expect(servicePortFault({ port: 80, ...port })).toBeUndefined()
})

test.each<[port: Partial<NamedPort>, fault: string]>([
  ...[
    'tcp',
    'udp',
    'grpc',
    'grpc-web',
    'http2',
    'http_proxy',
    'https',
    'tls',
    'mongo',
    'redis',
    'mysql',
    'tcp-web',
    'grpc-web-x',
    'GRPC-a',
  ].map((name): [Partial<NamedPort>, string] => [{ name }, `is ${name}/TCP: only HTTP is rendered`]),
  ...[25, 53, 3306, 27_017].map((port): [Partial<NamedPort>, string] => [{ port }, `is ${port}/TCP: only HTTP is rendered`]),
  [{ name: 'http', protocol: 'UDP' }, 'is http/UDP: only HTTP is rendered'],
  [{ name: 'http', appProtocol: 'kubernetes.io/h2c' }, 'is kubernetes.io/h2c/TCP: only HTTP is rendered'],
  [{ name: 'http', appProtocol: 'kubernetes.io/wss' }, 'is kubernetes.io/wss/TCP: only HTTP is rendered'],
])('%o is something else, for Istio', (port, fault) => {
  expect(portProtocol({ port: 80, ...port })).toBeUndefined()
  expect(servicePortFault({ port: 80, ...port })).toBe(fault)
})
