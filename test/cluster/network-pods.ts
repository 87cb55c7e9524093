import { kubectl, kubectlWith, nodeImage } from './kubectl.ts'

/** Where a TCP connection may end: every pod of the tests listens at all of these. */
export const listenedPorts = [8080, 8081, 9092, 19_092, 5432] as const
export type ListenedPort = (typeof listenedPorts)[number]

export interface NetworkPod {
  readonly name: string
  readonly namespace: string
  /** What network policies know it by. */
  readonly labels: Readonly<Record<string, string>>
}

const role = 'network-test'
const listen = `
const { createServer } = require('node:net')
for (const port of ${JSON.stringify(listenedPorts)}) createServer((socket) => socket.on('error', () => {}).end()).listen(port)`

/** Dials all at once: what is dropped answers nothing, so each waits for the whole time. */
const dial = `
const { connect } = require('node:net')
const reaches = ([host, port]) => new Promise((resolve) => {
  const socket = connect({ host, port })
  const end = (reached) => { socket.destroy(); resolve(reached) }
  socket.on('connect', () => end(true)).on('error', () => end(false)).setTimeout(5000, () => end(false))
})
Promise.all(JSON.parse(process.argv[1]).map(reaches)).then((reached) => console.log(JSON.stringify(reached)))`

function manifest({ name, namespace, labels }: NetworkPod, image: string): object {
  const container = {
    name: role,
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', '-e', listen],
    readinessProbe: { tcpSocket: { port: listenedPorts[0] }, periodSeconds: 1 },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    resources: { requests: { cpu: '1m', memory: '32Mi' } },
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { ...labels, [role]: 'true', 'sidecar.istio.io/inject': 'false' } },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      // Whatever its container says, nobody ever says this: the pod wears a workload's label, and ready its Service would send it customers.
      readinessGates: [{ conditionType: 'breakwater.dev/never-ready' }],
      containers: [container],
    },
  }
}

/**
 * Starts pods without sidecars and waits until they listen; none of them is ever ready.
 * @returns pod → its address
 */
export async function startNetworkPods(pods: readonly NetworkPod[]): Promise<ReadonlyMap<NetworkPod, string>> {
  const image = await nodeImage()
  for (const namespace of new Set(pods.map((pod) => pod.namespace))) {
    const items = pods.filter((pod) => pod.namespace === namespace).map((pod) => manifest(pod, image))
    await kubectlWith({ apiVersion: 'v1', kind: 'List', items }, 'apply', '--namespace', namespace)
  }
  for (const namespace of new Set(pods.map((pod) => pod.namespace))) {
    await kubectl('wait', 'pod', '-l', role, '--namespace', namespace, '--for=condition=ContainersReady', '--timeout=180s')
  }
  return new Map(
    await Promise.all(
      pods.map(
        async (pod): Promise<[NetworkPod, string]> => [
          pod,
          await kubectl('get', 'pod', pod.name, '--namespace', pod.namespace, '-o', 'jsonpath={.status.podIP}'),
        ],
      ),
    ),
  )
}

export async function removeNetworkPods(pods: readonly NetworkPod[]): Promise<void> {
  for (const namespace of new Set(pods.map((pod) => pod.namespace))) {
    await kubectl('delete', 'pod', '-l', role, '--namespace', namespace, '--ignore-not-found', '--now')
  }
}

/** @returns for each end whether a TCP connection from inside the pod was accepted */
export async function dialFrom({ name, namespace }: NetworkPod, ends: readonly (readonly [string, number])[]): Promise<boolean[]> {
  return JSON.parse(await kubectl('exec', name, '--namespace', namespace, '--', 'node', '-e', dial, JSON.stringify(ends)))
}
