import type { V1Deployment, V1ReplicaSet } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { rolloutState } from '../../../../../scripts/cluster/rollout/rollout-state.ts'

const revision = (number: number) => ({ 'deployment.kubernetes.io/revision': String(number) })
const deployment = (status: object): V1Deployment => ({
  metadata: { name: 'orders', uid: 'orders', generation: 2, annotations: revision(2) },
  spec: { replicas: 1, selector: {}, template: {} },
  status: { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1, ...status },
})
const replicaSet = (number: number): V1ReplicaSet => ({
  metadata: {
    uid: `orders-${number}`,
    annotations: revision(number),
    ownerReferences: [{ uid: 'orders', name: 'orders', kind: 'Deployment', apiVersion: 'apps/v1' }],
  },
})
const state = (status: object, awaited = ['Deployment/orders']) =>
  rolloutState(
    { deployments: [deployment(status)], replicaSets: [replicaSet(1), replicaSet(2)], statefulSets: [], daemonSets: [], jobs: [] },
    new Set(awaited),
  )

test('a Deployment is ready when all its pods are of the newest template and available', () => {
  expect(state({})).toEqual({ ready: 1, waiting: [], owners: new Set() })
  for (const status of [{ updatedReplicas: 0 }, { availableReplicas: 0 }, { replicas: 2 }]) {
    expect(state(status)).toMatchObject({ ready: 0, waiting: ['orders'] })
  }
})

test('only pods of the newest template count: what the old one suffers from is being replaced', () => {
  expect(state({ availableReplicas: 0 }).owners).toEqual(new Set(['orders-2']))
})

test('counts of an older template are not believed', () => {
  expect(state({ observedGeneration: 1 })).toEqual({ ready: 0, waiting: ['orders'], owners: new Set() })
})

test('what is not awaited is not looked at', () => {
  expect(state({ availableReplicas: 0 }, ['Deployment/catalog'])).toEqual({ ready: 0, waiting: [], owners: new Set() })
})

test('StatefulSets and Jobs', () => {
  const kafka = {
    metadata: { name: 'kafka', uid: 'k', generation: 1 },
    spec: { replicas: 1, selector: {}, serviceName: 'kafka', template: {} },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 0 },
  }
  const job = (succeeded: number) => ({ metadata: { name: 'kafka-topics-dev', uid: 'j' }, status: { succeeded } })
  const awaited = new Set(['StatefulSet/kafka', 'Job/kafka-topics-dev'])
  const none = { deployments: [], replicaSets: [], daemonSets: [] }
  expect(rolloutState({ ...none, statefulSets: [kafka], jobs: [job(0)] }, awaited)).toEqual({
    ready: 0,
    waiting: ['kafka', 'kafka-topics-dev'],
    owners: new Set(['k', 'j']),
  })
  const ready = { ...kafka, status: { ...kafka.status, readyReplicas: 1 } }
  expect(rolloutState({ ...none, statefulSets: [ready], jobs: [job(1)] }, awaited)).toMatchObject({ ready: 2, waiting: [] })
})

test('a DaemonSet has its newest pod on each node', () => {
  const none = { deployments: [], replicaSets: [], statefulSets: [], jobs: [] }
  const on = (updatedNumberScheduled: number, numberReady: number) => ({
    metadata: { name: 'node-logs', uid: 'd', generation: 1 },
    status: {
      observedGeneration: 1,
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
      numberMisscheduled: 0,
      updatedNumberScheduled,
      numberReady,
    },
  })
  const state = (updated: number, ready: number) =>
    rolloutState({ ...none, daemonSets: [on(updated, ready)] }, new Set(['DaemonSet/node-logs']))
  expect(state(3, 3)).toMatchObject({ ready: 1, waiting: [] })
  expect(state(3, 2)).toEqual({ ready: 0, waiting: ['node-logs'], owners: new Set(['d']) })
  expect(state(2, 3)).toMatchObject({ waiting: ['node-logs'] })
})
