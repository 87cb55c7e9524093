import { expect, test } from 'vitest'
import { workload, workloadNames } from '../../../services/shared/contracts/topology.ts'
import { type Manifest, manifestsOf, specOf } from '../scripts/synth/manifests.ts'

interface Peer {
  readonly podSelector?: { readonly matchLabels?: { readonly app?: string; readonly istio?: string } }
  readonly namespaceSelector?: { readonly matchLabels: Record<string, string> }
  readonly ipBlock?: { readonly cidr: string }
}
interface Rule {
  readonly from?: readonly Peer[]
  readonly to?: readonly Peer[]
  readonly ports: readonly { readonly port: number }[]
}
interface Network {
  readonly policyTypes: readonly string[]
  readonly ingress?: readonly Rule[]
  readonly egress?: readonly Rule[]
}

const kind = manifestsOf('kind')
const network = (name: string, manifests: readonly Manifest[] = kind) => specOf<Network>(manifests, 'NetworkPolicy', name)
const namespaceOf = ({ namespaceSelector }: Peer) => namespaceSelector?.matchLabels['kubernetes.io/metadata.name']
/** `app:port` of the peers in the same namespace. */
const neighbours = (rules: readonly Rule[] = []) =>
  rules.flatMap(({ from, to, ports }) =>
    [...(from ?? []), ...(to ?? [])]
      .filter((peer) => peer.podSelector && !peer.namespaceSelector)
      .flatMap(({ podSelector }) => ports.map(({ port }) => `${podSelector?.matchLabels?.app}:${port}`)),
  )

test.each(workloadNames)('%s: packets go where topology says that calls go, and come from there', (name) => {
  const callers = workloadNames.filter((caller) => workload(caller).calls.includes(name))
  expect(neighbours(network(name).egress)).toEqual(workload(name).calls.map((destination) => `${destination}:8080`))
  expect(neighbours(network(name).ingress)).toEqual(callers.map((caller) => `${caller}:8080`))
  expect(network(name).policyTypes).toEqual(['Ingress', 'Egress'])
})

test('from outside the namespace only the ingress comes in, and only to the gateway', () => {
  const foreign = workloadNames.flatMap((name) =>
    (network(name).ingress ?? []).flatMap(({ from = [] }) =>
      from.filter(namespaceOf).map((peer) => [name, namespaceOf(peer), peer.podSelector?.matchLabels]),
    ),
  )
  expect(foreign).toEqual([['gateway', 'istio-system', { istio: 'ingressgateway' }]])
})

test('the default leaves names and istiod, and nothing comes in', () => {
  const defaults = kind.filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'default-deny').map(({ spec }) => spec)
  const [shop, stores] = defaults as unknown as Network[]
  const ports = (policy?: Network) => policy?.egress?.flatMap((rule) => rule.ports.map(({ port }) => port))
  expect(ports(shop)).toEqual([53, 53, 15012])
  expect(ports(stores)).toEqual([53, 53])
  for (const policy of [shop, stores]) expect(policy).toMatchObject({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] })
  for (const policy of [shop, stores]) expect(policy?.ingress).toBeUndefined()
})

test('a data store lets in those who use it, and they may go there', () => {
  const letIn = (store: string) =>
    network(store).ingress?.flatMap(({ from = [] }) => from.map(({ podSelector }) => podSelector?.matchLabels?.app))
  expect(letIn('postgres')).toEqual(['order-history'])
  expect(letIn('kafka')).toEqual([
    ...workloadNames.filter((name) => workload(name).eventSourced || workload(name).subscribesTo.length > 0),
    'kafka-topics',
    'kafka',
  ])
  for (const user of letIn('kafka') ?? []) {
    expect(network(user ?? '').egress).toContainEqual(expect.objectContaining({ ports: [expect.objectContaining({ port: 9092 })] }))
  }
})

test('a broker reaches itself, for the markers of transactions, and nothing else; the database calls nobody', () => {
  expect(neighbours(network('kafka').egress)).toEqual(['kafka:9092'])
  expect(neighbours(network('kafka').ingress)).toEqual(['kafka:9092'])
  expect(network('kafka').egress).toHaveLength(1)
  expect(network('postgres').egress).toBeUndefined()
  for (const store of ['kafka', 'postgres']) expect(network(store).policyTypes).toEqual(['Ingress', 'Egress'])
})

test('EKS: managed stores are reached in their network only', () => {
  const eks = manifestsOf('eks')
  const blocks = (name: string) => network(name, eks).egress?.flatMap(({ to = [] }) => to.flatMap(({ ipBlock }) => ipBlock?.cidr ?? []))
  expect(blocks('orders')).toContain('192.168.0.0/16')
  const ports = (name: string) =>
    network(name, eks).egress?.flatMap(({ to = [], ports }) => (to.some(({ ipBlock }) => ipBlock) ? ports.map(({ port }) => port) : []))
  expect(ports('order-history')).toContain(5432)
  expect(ports('gateway')).not.toContain(5432)
  expect(blocks('gateway')).toContain('0.0.0.0/0')
  expect(blocks('catalog')).not.toContain('0.0.0.0/0')
})

test('EKS: three brokers behind one network and port are one rule', () => {
  for (const { metadata, spec } of manifestsOf('eks').filter(({ kind }) => kind === 'NetworkPolicy')) {
    const rules = ((spec as Network | undefined)?.egress ?? []).map((rule) => JSON.stringify(rule))
    expect(rules, metadata.name).toEqual([...new Set(rules)])
  }
})
