import { expect, test } from 'vitest'
import { limitedBy } from '../../../../../../scripts/experiments/core/pool/limited-by.ts'

const destination = { namespace: 'books', service: 'reviews', port: 9080 }
const callers = [{ namespace: 'web', workload: 'page', name: 'page-0' }]
const hosts = [{ namespace: 'books', workload: 'reviews', name: 'reviews-0', address: '10.0.0.1:8080', targetPort: 8080 }]
const limits = { connectionPool: { tcp: { maxConnections: 1 } } }
const limited = (ruleIn: string, callerIn: string, spec: object = { trafficPolicy: limits }) =>
  limitedBy(
    { kind: 'DestinationRule', namespace: ruleIn, name: 'reviews' },
    { apiVersion: '', kind: 'DestinationRule', metadata: { name: 'reviews' }, spec: { host: 'reviews', ...spec } },
    { destination, caller: { namespace: callerIn, name: 'page' } },
    { callers, hosts },
  ).map(({ proxy, ...part }) => [proxy.name, ...Object.values(part)])

test('a rule limits the callers and, unless it is the callers’ alone, the inbound side of the hosts', () => {
  const ofCaller = ['page-0', 'outbound|9080||reviews.books.svc.cluster.local']
  const ofHost = ['reviews-0', 'inbound|8080||']
  expect(limited('books', 'books')).toEqual([ofCaller, ofHost])
  expect(limited('books', 'web')).toEqual([ofCaller, ofHost])
  expect(limited('istio-system', 'web')).toEqual([ofCaller, ofHost])
  expect(limited('web', 'web')).toEqual([ofCaller])
  expect(limited('books', 'books', { trafficPolicy: { portLevelSettings: [{ port: { number: 9080 }, ...limits }] } })).toEqual([
    ofCaller,
    ofHost,
  ])
  // What is said for another port, or for a subset, is not for the hosts.
  expect(limited('books', 'books', { trafficPolicy: { portLevelSettings: [{ port: { number: 1 }, ...limits }] } })).toEqual([ofCaller])
  expect(limited('books', 'books', { subsets: [{ name: 'v1', trafficPolicy: limits }] })).toEqual([ofCaller])
})
