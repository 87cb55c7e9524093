import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Host, Replica } from '../../../../../../scripts/access/replica.ts'
import { inboundCluster, outboundCluster } from '../../../../../../scripts/experiments/core/destination.ts'
import type { PolicyObject } from '../../../../../../scripts/experiments/core/policy-object.ts'
import { shopDestination } from '../../../../../../scripts/experiments/shop/destinations.ts'
import { type MatrixFault, matrixFaults } from '../../../../../../scripts/experiments/shop/matrix/matrix-faults.ts'
import { measureMatrix } from '../../../../../../scripts/experiments/shop/matrix/measure-matrix.ts'
import { fakeShop } from '../fake-shop.ts'

const httpbin = createServer((_, response) => void response.end('{}'))
let origin = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => httpbin.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(httpbin.address() as AddressInfo).port}`
})
afterAll(() => void httpbin.close())

const host: Host = { namespace: 'breakwater', workload: 'httpbin', name: 'httpbin-0', address: '127.0.0.1:1', targetPort: 8080 }
const probe: Replica = { namespace: 'breakwater', workload: 'probe', name: 'probe-0' }
const cluster = outboundCluster(shopDestination('httpbin'))
const original = (kind: string): PolicyObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind,
  metadata: { name: 'httpbin' },
  spec: kind === 'VirtualService' ? { http: [{ timeout: '60s' }] } : { host: 'httpbin' },
})

/** Proxies that live by what is written at once, and count one time-out whenever the fault is there. */
function mesh() {
  const overridden = new Map<string, PolicyObject | undefined>()
  const done: string[] = []
  let [isBroken, timeouts] = [false, 0]
  const inForce = (kind: string) => overridden.get(kind) ?? original(kind)
  const dump = (path: string) =>
    path.includes('dynamic_active_clusters')
      ? [cluster, inboundCluster(host)].map((name) => ({ cluster: { name, rendered: inForce('DestinationRule') } }))
      : [{ dynamic_route_configs: [{ route_config: { name: '80', rendered: inForce('VirtualService') } }] }]
  const target = fakeShop({
    replicas: async () => [probe],
    hosts: async () => [host],
    outbound: async () => ({ origin, host: 'httpbin' }),
    policy: async ({ kind }) => inForce(kind),
    overridePolicy: async ({ kind }, object) => void overridden.set(kind, object),
    restorePolicy: async ({ kind }) => void overridden.delete(kind),
    lock: async () => ({ lost: new AbortController().signal, release: async () => void done.push('lock released') }),
    admin: () => async (_, path) => {
      if (path.startsWith('/config_dump')) return JSON.stringify({ configs: dump(path) })
      if (path.startsWith('/clusters')) return JSON.stringify({ cluster_statuses: [{ name: cluster, host_statuses: [{ address: {} }] }] })
      if (isBroken) timeouts += 1
      return JSON.stringify({ stats: [{ name: `cluster.${cluster};.upstream_rq_timeout`, value: timeouts }] })
    },
  })
  const fault = (parts: Partial<MatrixFault> = {}): MatrixFault => ({
    place: 'kill',
    what: 'killed',
    action: async () => ({
      description: 'the fault',
      apply: async () => {
        isBroken = true
      },
      rollback: async () => {
        isBroken = false
        done.push('fault removed')
      },
    }),
    ...parts,
  })
  return { target, fault, overridden, done }
}
const run = (target: ReturnType<typeof fakeShop>, signal = new AbortController().signal) => ({ target, signal, progress: () => {} })

test('what acted with the fault and not before it has tripped; everything is put back', async () => {
  const { target, fault, overridden, done } = mesh()
  const { cells } = await measureMatrix(run(target), [fault()])
  expect(cells.map(({ policy, tripped }) => [policy, tripped])).toEqual([
    ['pool-limit', false],
    ['ejection', false],
    ['retry', false],
    ['timeout', true],
  ])
  expect([...overridden.keys()]).toEqual([])
  expect(done).toEqual(['fault removed', 'lock released'])
})

test("a fault of the caller's route comes and goes within the policies of the run; what a machine does not allow says why", async () => {
  const { target, fault } = mesh()
  const ofRoute = matrixFaults.filter(({ place }) => place === 'callers-proxy')
  const impossible = fault({ place: 'pause', action: () => Promise.reject(new Error('nobody can stop its process here')) })
  const { cells, notMeasured } = await measureMatrix(run(target), [...ofRoute, impossible])
  expect(cells.map(({ fault: place, tripped }) => [place, tripped])).toEqual(Array.from({ length: 4 }, () => ['callers-proxy', false]))
  expect(notMeasured?.pause).toBe('killed: nobody can stop its process here')
})

test('an interruption removes the fault and the policies first', async () => {
  const { target, fault, overridden, done } = mesh()
  const interrupted = new AbortController()
  const breaking = fault()
  const interrupting = fault({
    action: async (scene) => {
      const action = await breaking.action(scene)
      return {
        ...action,
        apply: async () => {
          await action.apply()
          interrupted.abort(new Error('interrupted by SIGINT'))
        },
      }
    },
  })
  await expect(measureMatrix(run(target, interrupted.signal), [interrupting])).rejects.toThrow('interrupted by SIGINT')
  expect([...overridden.keys()]).toEqual([])
  expect(done).toEqual(['fault removed', 'lock released'])
})

test('a fault that cannot be removed is said, and ends the run', async () => {
  const { target, overridden } = mesh()
  const lasting: MatrixFault = {
    place: 'kill',
    what: 'killed',
    action: async () => ({
      description: 'httpbin-0, held dead',
      apply: async () => {},
      rollback: () => Promise.reject(new Error('no answer')),
    }),
  }
  await expect(measureMatrix(run(target), [lasting, lasting])).rejects.toThrow('still broken: httpbin-0, held dead: no answer')
  expect([...overridden.keys()]).toEqual([])
})
