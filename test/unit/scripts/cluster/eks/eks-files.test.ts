import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { targets } from '../../../../../cdk8s/settings/targets.ts'
import { storesOf } from '../../../../../cdk8s/workloads.ts'
import { observabilityNamespace, topicsJob } from '../../../../../services/shared/contracts/deployment.ts'
import { namespace, workloadNames } from '../../../../../services/shared/contracts/topology.ts'

const read = (path: string): string => readFileSync(new URL(`../../../../../${path}`, import.meta.url), 'utf8')
const eks = targets.find(({ target }) => target === 'eks')
if (eks?.cluster?.kafkaSecurity?.mechanism !== 'iam') throw new Error('There are no settings for EKS.')
const { kafkaSecurity, externalStores } = eks.cluster
const { region } = kafkaSecurity

interface ClusterFile {
  metadata: { region: string }
  vpc: { cidr: string }
  iam: {
    podIdentityAssociations: {
      namespace: string
      serviceAccountName: string
      permissionPolicy?: { Statement: { Action: string[]; Resource: string }[] }
    }[]
  }
}
const cluster: ClusterFile = parse(read('scripts/cluster/eks/cluster.yaml'))
const inShop = cluster.iam.podIdentityAssociations.filter((association) => association.namespace === namespace)

test('who uses Kafka gets a role, and nobody else', () => {
  const users = [topicsJob, ...workloadNames.filter((name) => storesOf(name).includes('kafka'))]
  expect(inShop.map(({ serviceAccountName }) => serviceAccountName).toSorted()).toEqual(users.toSorted())
})

test('only the Job may make topics, only services may write', () => {
  const mayDo = (action: string) =>
    inShop
      .filter(({ permissionPolicy }) => permissionPolicy?.Statement.some(({ Action }) => Action.includes(action)))
      .map(({ serviceAccountName }) => serviceAccountName)
  expect(mayDo('kafka-cluster:CreateTopic')).toEqual([topicsJob])
  expect(mayDo('kafka-cluster:WriteData')).not.toContain(topicsJob)
  expect(mayDo('kafka-cluster:AlterTransactionalId')).toHaveLength(inShop.length - 1)
})

test('cluster file and settings name one region and one network', () => {
  expect(cluster.metadata.region).toBe(region)
  expect(eks.imageRegistry).toContain(`.${region}.`)
  for (const { host, network } of externalStores) {
    expect(host).toContain(`.${region}.`)
    expect(network).toBe(cluster.vpc.cidr)
  }
})

test('the collector may write where its settings send, and read nothing', () => {
  const stores = targets.find(({ target }) => target === 'eks-observability')?.cluster?.observability?.stores
  if (stores?.kind !== 'managed') throw new Error('There are no settings for EKS with observability.')
  const role = cluster.iam.podIdentityAssociations.find(({ serviceAccountName }) => serviceAccountName === 'otel-collector')
  expect(role?.namespace).toBe(observabilityNamespace)
  const statements = role?.permissionPolicy?.Statement ?? []
  for (const action of statements.flatMap(({ Action }) => Action)) expect(action).toMatch(/^(logs|xray|aps):(Put|RemoteWrite)/)
  const resources = statements.map(({ Resource }) => Resource)
  const group = stores.logs.headers?.['x-aws-log-group']
  const workspace = stores.metrics.url.split('/').find((part) => part.startsWith('ws-'))
  expect(resources).toContain(`arn:aws:logs:${region}:000000000000:log-group:${group}:*`)
  expect(resources).toContain(`arn:aws:aps:${region}:000000000000:workspace/${workspace}`)
  for (const { url } of [stores.logs, stores.traces, stores.metrics]) expect(url).toContain(`.${region}.`)
  expect(stores.network).toBe(cluster.vpc.cidr)
})

test("the page says every command and the webhook's ports", () => {
  const page = read('scripts/cluster/eks/README.md')
  for (const word of [
    '15017',
    '15012',
    'npx breakwater eks push',
    'npx breakwater eks install',
    'npx breakwater eks teardown',
    'kubectl apply -f dist/eks',
  ])
    expect(page).toContain(word)
})
