import { afterAll, beforeAll, expect, test } from 'vitest'
import { namespace, type WorkloadName, workload, workloadNames } from '../../services/shared/contracts/topology.ts'
import { kubectl, kubectlWith } from './kubectl.ts'
import { dialFrom, type ListenedPort, listenedPorts, type NetworkPod, removeNetworkPods, startNetworkPods } from './network-pods.ts'

/** What NetworkPolicies alone let through: no sidecar and no identity is involved, only pods, their labels and TCP. */
const data = 'breakwater-data'
const elsewhere = 'breakwater-elsewhere'
const podOf = (name: string, where: string, labels: Readonly<Record<string, string>>): NetworkPod => ({
  name: `network-${name}`,
  namespace: where,
  labels,
})

const shop = new Map(workloadNames.map((name) => [name, podOf(name, namespace, { app: name })]))
const topics = podOf('kafka-topics', namespace, { app: 'kafka-topics' })
const kafka = podOf('kafka', data, { app: 'kafka' })
/** There are two, because what a pod sends to its own address never leaves it. */
const kafkaToo = podOf('kafka-too', data, { app: 'kafka' })
const postgres = podOf('postgres', data, { app: 'postgres' })
const ingress = podOf('ingress', 'istio-system', { istio: 'ingressgateway' })
/** In our namespaces, but of no workload; and with a workload's label in a namespace that is not ours. */
const strangers = [
  podOf('nameless', namespace, {}),
  podOf('nameless', data, {}),
  podOf('gateway', elsewhere, { app: 'gateway' }),
  podOf('ingress', elsewhere, { istio: 'ingressgateway' }),
]
const pods = [...shop.values(), topics, kafka, kafkaToo, postgres, ingress, ...strangers]

const ofShop = (name: WorkloadName): NetworkPod => {
  const pod = shop.get(name)
  if (!pod) throw new Error(`${name} has no pod.`)
  return pod
}
const edge = (from: NetworkPod, to: NetworkPod, port: ListenedPort): string =>
  `${from.namespace}/${from.name} → ${to.namespace}/${to.name}:${port}`

/** Every edge that is allowed, and no other: topology's calls, the stores of who uses them, the broker's way to itself, the way in. */
const allowed = new Set([
  ...workloadNames.flatMap((name) =>
    workload(name).calls.map((destination) => edge(ofShop(name), ofShop(destination as WorkloadName), 8080)),
  ),
  ...[...workloadNames.filter((name) => workload(name).eventSourced || workload(name).subscribesTo.length > 0).map(ofShop), topics].flatMap(
    (user) => [kafka, kafkaToo].map((broker) => edge(user, broker, 9092)),
  ),
  edge(kafka, kafkaToo, 9092),
  edge(kafkaToo, kafka, 9092),
  ...workloadNames.filter((name) => workload(name).database).map((name) => edge(ofShop(name), postgres, 5432)),
  edge(ingress, ofShop('gateway'), 8080),
])

const isGuarded = (pod: NetworkPod): boolean => pod.namespace === namespace || pod.namespace === data

let addresses: ReadonlyMap<NetworkPod, string>
beforeAll(async () => {
  await kubectlWith({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: elsewhere } }, 'apply')
  addresses = await startNetworkPods(pods)
})
afterAll(async () => {
  await removeNetworkPods(pods)
  await kubectl('delete', 'namespace', elsewhere, '--ignore-not-found', '--wait=false')
})

const addressOf = (pod: NetworkPod): string => addresses.get(pod) ?? ''

test('every pod listens at every port, so that what is not reached was dropped', async () => {
  await Promise.all(
    pods.map(async (pod) => {
      const reached = await dialFrom(
        pod,
        listenedPorts.map((port) => ['127.0.0.1', port] as const),
      )
      expect(reached, pod.name).toEqual(listenedPorts.map(() => true))
    }),
  )
})

test('each allowed edge passes, and each other is dropped', async () => {
  const edges = pods.flatMap((from) =>
    pods.filter((to) => to !== from && isGuarded(to)).flatMap((to) => listenedPorts.map((port) => ({ from, to, port }))),
  )
  expect(edges.length).toBeGreaterThan(1000)
  const passing = async (): Promise<string[]> => {
    const passed = pods.map(async (from) => {
      const own = edges.filter((each) => each.from === from)
      const reached = await dialFrom(
        from,
        own.map(({ to, port }) => [addressOf(to), port] as const),
      )
      return own.filter((_, index) => reached[index]).map(({ to, port }) => edge(from, to, port))
    })
    return (await Promise.all(passed)).flat().toSorted()
  }
  // A network needs a moment to hold a new pod to its rules.
  await expect.poll(passing, { timeout: 60_000, interval: 1000 }).toEqual([...allowed].toSorted())
})

test('what leaves our namespaces is dropped: to pods of others and to the API server; istiod is reached by the mesh, and only where it must be', async () => {
  const istiod = await kubectl('get', 'pod', '-l', 'app=istiod', '--namespace', 'istio-system', '-o', 'jsonpath={.items[0].status.podIP}')
  const api = await kubectl(
    ...['get', 'endpointslices', '--namespace', 'default', '-l', 'kubernetes.io/service-name=kubernetes'],
    ...['-o', 'jsonpath={.items[0].endpoints[0].addresses[0]}'],
  )
  const outside = strangers.filter((pod) => !isGuarded(pod))
  const ends: (readonly [string, number])[] = [
    [istiod, 15_012],
    [istiod, 15_010],
    [istiod, 15_017],
    [api, 6443],
    ...[ingress, ...outside].flatMap((pod) => listenedPorts.map((port) => [addressOf(pod), port] as const)),
  ]
  await Promise.all(
    pods.filter(isGuarded).map(async (pod) => {
      const reached = await dialFrom(pod, ends)
      const expected = ends.map(([host, port]) => host === istiod && port === 15_012 && pod.namespace === namespace)
      expect(reached, `${pod.namespace}/${pod.name}`).toEqual(expected)
    }),
  )
  // Who is not held back reaches all of it: it was there to be reached.
  const [free] = outside
  if (free) expect(await dialFrom(free, ends)).toEqual(ends.map(() => true))
})

test('the broker reaches itself through its own Service, as its transaction coordinator does', async () => {
  const through = '</dev/tcp/kafka.breakwater-data.svc.cluster.local/9092'
  await kubectl('exec', 'kafka-0', '--namespace', data, '-c', 'kafka', '--', 'timeout', '5', 'bash', '-c', through)
})

test('none of these pods is ready, so no Service sends it anybody', async () => {
  const ready = await kubectl(
    ...['get', 'pods', '--all-namespaces', '-l', 'network-test', '-o'],
    'jsonpath={range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}',
  )
  expect(ready.trim().split('\n')).toEqual(pods.map(() => 'False'))
})
