import { expect, test } from 'vitest'
import { renderEnvoy } from '../../../../mesh/envoy/render-envoy.ts'
import { input } from './destination.ts'
import { route, rule } from './strangers.ts'

test.each([
  [
    'an unknown field',
    rule({ trafficPolicy: { outlierDetection: { consecutiveError: 2 } } }),
    'DestinationRule callee: spec.trafficPolicy.outlierDetection.consecutiveError is unknown or not supported on the laptop. Remove it, or teach mesh/envoy to render it.',
  ],
  ['an unsupported field', route({ mirror: { host: 'callee' } }), 'VirtualService callee: spec.http.0.mirror is unknown or not supported'],
  [
    'an unsupported field of a resource',
    route({}, { gateways: ['ingress'] }),
    'VirtualService callee: spec.gateways is unknown or not supported',
  ],
  [
    'a value of the wrong type',
    rule({ trafficPolicy: { connectionPool: { tcp: { maxConnections: 'many' } } } }),
    'DestinationRule callee: spec.trafficPolicy.connectionPool.tcp.maxConnections must be',
  ],
  [
    'two conditions in one match',
    route({ match: [{ uri: { exact: '/a', prefix: '/b' } }] }),
    'VirtualService callee: spec.http.0.match.0.uri must not have more than 1 propert',
  ],
  ['a missing field', rule({ host: undefined }), 'DestinationRule callee: spec'],
  [
    'a rule of a host that does not exist',
    rule({ host: 'nobody' }),
    'DestinationRule callee: no Service has the host nobody.shop.svc.cluster.local.',
  ],
  [
    'a destination that does not exist',
    route({ route: [{ destination: { host: 'nobody' } }] }),
    'VirtualService callee: no Service has the destination host nobody.shop.svc.cluster.local.',
  ],
  [
    'a port that does not exist',
    route({ route: [{ destination: { host: 'callee', port: { number: 81 } } }] }),
    'VirtualService callee: callee.shop.svc.cluster.local has no port 81.',
  ],
  [
    'a subset that does not exist',
    route({ route: [{ destination: { host: 'callee', subset: 'v9' } }] }),
    'VirtualService callee: no DestinationRule of callee.shop.svc.cluster.local has a subset v9.',
  ],
])('%s is named', (_, manifest, message) => {
  expect(() => renderEnvoy(input([manifest]))).toThrow(message)
})

test('two rules for one host are one too many', () => {
  expect(() => renderEnvoy(input([rule({}), rule({}, 'another')]))).toThrow(
    'DestinationRule another: callee speaks for callee.shop.svc.cluster.local already. Keep one.',
  )
})

test('an unknown workload is answered with the known ones', () => {
  expect(() => renderEnvoy({ ...input([]), workload: 'caller' })).toThrow('No Deployment is named caller. There are: callee, callee-v2.')
})

test('kinds that decide nothing are passed over', () => {
  expect(() => renderEnvoy(input([{ kind: 'ServiceAccount', metadata: { name: 'callee' } }]))).not.toThrow()
})
