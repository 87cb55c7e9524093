import { expect, test } from 'vitest'
import type { PlacedReplica } from '../../../../../scripts/local/plan/ports.ts'
import { planReplicas } from '../../../../../scripts/local/plan/replicas.ts'
import type { RunningReplica } from '../../../../../scripts/local/supervisor/replica.ts'
import { type Scaling, scale } from '../../../../../scripts/local/supervisor/scale.ts'
import { deployment } from '../plan/deployment.ts'

const manifests = [deployment('catalog', 2), deployment('catalog-v2', 0)]
const names = (replicas: readonly PlacedReplica[]): string[] => replicas.map(({ replica }) => replica.name)

/** A shop whose processes note what is done to them. */
function fakeShop({ fails = '', stopping = false } = {}) {
  const did: string[] = []
  const run = (place: PlacedReplica): RunningReplica => {
    const { name } = place.replica
    const process = (kind: string) => ({
      ready: fails === name ? Promise.reject(new Error(`${name} crashes`)) : Promise.resolve(),
      why: () => '',
      stop: async () => void did.push(`stop ${name}/${kind}`),
    })
    return { ...place, accessLog: '', app: process('app'), sidecar: process('sidecar') } as unknown as RunningReplica
  }
  const replicas = planReplicas(manifests).map((replica) => run({ replica, ports: { app: 1, admin: 2, inbound: 3, outbound: 4 } }))
  const scaling: Scaling = {
    shop: {
      replicas,
      start: (place, bootstrap) => {
        did.push(`start ${place.replica.name} with ${bootstrap}`)
        return run(place)
      },
    },
    policy: {
      manifests: () => manifests,
      join: async (newcomers) => {
        did.push(`join ${names(newcomers)}`)
        return new Map(names(newcomers).map((name) => [name, `${name}.json`]))
      },
      readmit: async (...readmitted) => void did.push(`readmit ${readmitted}`),
      leave: async (gone) => void did.push(`leave ${gone}`),
    },
    gatewayPort: 8080,
    stopping: () => stopping,
    onChange: () => {},
  }
  return { did, replicas, scaling }
}

test('new replicas have their configuration before they start, and get requests when all are ready', async () => {
  const { did, replicas, scaling } = fakeShop()
  await scale('catalog-v2', 2, scaling)
  expect(did).toEqual([
    'join catalog-v2-0,catalog-v2-1',
    'start catalog-v2-0 with catalog-v2-0.json',
    'start catalog-v2-1 with catalog-v2-1.json',
    'readmit catalog-v2-0,catalog-v2-1',
  ])
  expect(names(replicas)).toEqual(['catalog-0', 'catalog-1', 'catalog-v2-0', 'catalog-v2-1'])
  const ports = replicas.slice(2).flatMap((replica) => Object.values(replica.ports))
  expect(new Set(ports).size).toBe(8)
})

test('only what is missing is started, and only what is too much is stopped, without a request from before its end', async () => {
  const { did, replicas, scaling } = fakeShop()
  await scale('catalog', 3, scaling)
  expect(did.splice(0)).toEqual(['join catalog-2', 'start catalog-2 with catalog-2.json', 'readmit catalog-2'])
  await scale('catalog', 3, scaling)
  expect(did).toEqual([])
  await scale('catalog', 1, scaling)
  expect(did).toEqual([
    'leave catalog-1,catalog-2',
    'stop catalog-1/app',
    'stop catalog-2/app',
    'stop catalog-1/sidecar',
    'stop catalog-2/sidecar',
  ])
  expect(names(replicas)).toEqual(['catalog-0'])
})

test('when one does not get ready, all new ones are stopped again', async () => {
  const { did, replicas, scaling } = fakeShop({ fails: 'catalog-v2-1' })
  await expect(scale('catalog-v2', 2, scaling)).rejects.toThrow('catalog-v2-1 crashes')
  expect(did).toContain('leave catalog-v2-0,catalog-v2-1')
  expect(did.filter((line) => line.startsWith('readmit'))).toEqual([])
  expect(names(replicas)).toEqual(['catalog-0', 'catalog-1'])
})

test('nothing is started while all is being stopped', async () => {
  const { did, scaling } = fakeShop({ stopping: true })
  await expect(scale('catalog-v2', 1, scaling)).rejects.toThrow('The shop is being stopped.')
  expect(did.filter((line) => line.startsWith('start'))).toEqual([])
})

test('a Deployment that does not exist is named', async () => {
  await expect(scale('catalog-v3', 1, fakeShop().scaling)).rejects.toThrow('There is no Deployment catalog-v3.')
})
