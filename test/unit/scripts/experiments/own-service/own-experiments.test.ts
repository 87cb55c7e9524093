import { expect, test } from 'vitest'
import { nothingToDo } from '../../../../../scripts/experiments/core/action.ts'
import type { PolicyReference } from '../../../../../scripts/experiments/core/policy-object.ts'
import { ownKinds } from '../../../../../scripts/experiments/own-service/own-experiments.ts'
import { portOf, type Survey } from '../../../../../scripts/experiments/own-service/survey.ts'
import { fakeTarget } from '../core/fake-target.ts'

const rule = (name: string, namespace: string, spec: object) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name, namespace },
  spec: { host: 'reviews.bookshop.svc.cluster.local', ...spec },
})
const survey = (...policies: Survey['policies']): Survey => ({
  callerWorkload: { namespace: 'web', name: 'page' },
  destination: { namespace: 'bookshop', service: 'reviews', port: 9080 },
  port: { name: 'http' },
  caller: { namespace: 'web', labels: { app: 'page' }, replicas: 2 },
  hosts: 3,
  callerPods: [],
  destinationPods: [],
  policies,
})

/** Which objects an experiment reads its expectations from. */
async function read(kind: keyof typeof ownKinds, subject: Survey): Promise<PolicyReference[]> {
  const asked: PolicyReference[] = []
  const policy = async (reference: PolicyReference) => void asked.push(reference)
  await ownKinds[kind]
    .experiment({ survey: subject, path: '/' })
    .config(fakeTarget({ policy: async (one) => policy(one).then(() => undefined) }))
  return asked.map(({ kind: of, namespace, name }) => ({ kind: of, namespace, name }))
}

test('each is named after the service, so that results of several services stand side by side', () => {
  const names = Object.values(ownKinds).map(({ experiment }) => experiment({ survey: survey(), path: '/' }).name)
  expect(names).toEqual(['ejection', 'pool', 'retry', 'timeout', 'hung'].map((kind) => `bookshop-reviews-${kind}`))
})

test('the rule that the caller gets is judged: one in its own namespace before one beside the service', async () => {
  const beside = rule('reviews', 'bookshop', {})
  expect(await read('ejection', survey(beside))).toEqual([{ kind: 'DestinationRule', namespace: 'bookshop', name: 'reviews' }])
  expect(await read('pool', survey(beside, rule('mine', 'web', {})))).toEqual([{ kind: 'DestinationRule', namespace: 'web', name: 'mine' }])
})

test('without a rule the one that somebody would write is looked for, and its absence fails the verdict', async () => {
  expect(await read('ejection', survey())).toEqual([{ kind: 'DestinationRule', namespace: 'bookshop', name: 'reviews' }])
  expect(await read('timeout', survey())).toEqual([{ kind: 'VirtualService', namespace: 'bookshop', name: 'reviews' }])
})

test('what is added to the mesh is for the caller and the service alone', async () => {
  const opened: unknown[] = []
  const target = fakeTarget({
    openOutbound: async (...of) => {
      opened.push(of)
      return nothingToDo
    },
    openFaults: async (of) => {
      opened.push(of)
      return nothingToDo
    },
  })
  const subject = survey()
  await ownKinds.retry.experiment({ survey: subject, path: '/' }).instruments?.(target, {})
  expect(opened).toEqual([[subject.callerWorkload, subject.destination], subject.destination])
})

const route = (http: object) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'reviews', namespace: 'bookshop' },
  spec: { hosts: ['reviews'], http: [http] },
})

test('a pool is filled for longer than a short time-out lets a call live: that is taken away meanwhile', async () => {
  const instruments = async (...policies: Survey['policies']) => {
    const subject = survey(...policies)
    const inForce = async ({ kind }: PolicyReference) => policies.find((one) => one.kind === kind)
    const made = await ownKinds.pool.experiment({ survey: subject, path: '/' }).instruments?.(fakeTarget({ policy: inForce }), {})
    return made?.map(({ description }) => description)
  }
  const added = ['nothing', 'nothing']
  expect(await instruments()).toEqual(added)
  expect(await instruments(route({ timeout: '5s' }))).toEqual(added)
  expect(await instruments(route({ timeout: '2s' }))).toEqual([...added, 'the changed VirtualService reviews'])
  expect(await instruments(route({ timeout: '60s', retries: { perTryTimeout: '1s' } }))).toEqual([
    ...added,
    'the changed VirtualService reviews',
  ])
})

test('of several rules the one that says something about what is judged is read', async () => {
  const policy = { outlierDetection: {}, portLevelSettings: [{ port: { number: 9080 }, connectionPool: {} }] }
  const subsets = rule('versions', 'bookshop', { subsets: [{ name: 'v1', labels: { version: 'v1' } }] })
  expect(await read('pool', survey(subsets, rule('limits', 'bookshop', { trafficPolicy: policy })))).toEqual([
    { kind: 'DestinationRule', namespace: 'bookshop', name: 'limits' },
  ])
})

test('a port is the one that is named, the one that speaks HTTP, or the only one', () => {
  const ports = [
    { name: 'tcp-admin', port: 1 },
    { name: 'http-web', port: 2 },
    { appProtocol: 'grpc', port: 3 },
  ]
  expect(portOf('s', ports).port).toBe(2)
  expect(portOf('s', ports, 1).port).toBe(1)
  expect(
    portOf('s', [
      { name: 'https', port: 443 },
      { name: 'http', port: 80 },
    ]).port,
  ).toBe(80)
  expect(portOf('s', [{ port: 1 }, { appProtocol: 'kubernetes.io/h2c', port: 2 }]).port).toBe(2)
  expect(portOf('s', [{ port: 9 }]).port).toBe(9)
  expect(() => portOf('s', [{ port: 8 }, { port: 9 }])).toThrow('name one of 8, 9 with --port')
  expect(() => portOf('s', ports, 4)).toThrow('the Service s has no port 4; it has: 1, 2, 3')
  expect(() => portOf('s', [])).toThrow('has no port')
})
