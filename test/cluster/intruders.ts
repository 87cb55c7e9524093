import { namespace, type WorkloadName } from '../../services/shared/contracts/topology.ts'
import { kubectl, kubectlWith, nodeImage } from './kubectl.ts'

/** Where pods have no sidecar. */
export const outside = 'breakwater-outside'

const restricted = {
  automountServiceAccountToken: false,
  terminationGracePeriodSeconds: 0,
  securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
}

function sleeper(image: string, name: string, where: string, serviceAccountName: string): object {
  const container = {
    name: 'intruder',
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', '-e', 'setInterval(() => {}, 1e6)'],
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    resources: { requests: { cpu: '1m', memory: '32Mi' } },
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: where, labels: { app: 'intruder' } },
    spec: { ...restricted, serviceAccountName, containers: [container] },
  }
}

/** What an intruder that network policies do not hold back could still do: the mesh's own rules must stand alone. */
const openNetwork = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'intruder', namespace },
  spec: {
    podSelector: {},
    policyTypes: ['Ingress'],
    ingress: [
      {
        from: [
          { podSelector: { matchLabels: { app: 'intruder' } } },
          { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': outside } } },
        ],
      },
    ],
  },
}
const openEgress = {
  ...openNetwork,
  metadata: { name: 'intruder-out', namespace },
  spec: { podSelector: { matchLabels: { app: 'intruder' } }, policyTypes: ['Egress'], egress: [{}] },
}

export const intruderOf = (identity: WorkloadName): string => `intruder-${identity}`

/**
 * One pod in the mesh for each identity, which is no pod of that workload: no Sidecar resource narrows what its proxy knows,
 * so that its calls arrive and only the destination's access rule can refuse them. And one pod outside the mesh.
 */
export async function letInIntruders(identities: readonly WorkloadName[]): Promise<void> {
  await kubectlWith({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: outside } }, 'apply')
  const image = await nodeImage()
  const meshed = identities.map((identity) => sleeper(image, intruderOf(identity), namespace, identity))
  const items = [openNetwork, openEgress, ...meshed]
  await kubectlWith({ apiVersion: 'v1', kind: 'List', items }, 'apply')
  await kubectl('wait', 'pod', '-l', 'app=intruder', '--for=condition=Ready', '--timeout=180s')
  await kubectlWith(sleeper(image, 'outsider', outside, 'default'), 'apply', '--namespace', outside)
  await kubectl('wait', 'pod', 'outsider', '--namespace', outside, '--for=condition=Ready', '--timeout=60s')
}

export async function removeIntruders(): Promise<void> {
  await kubectl('delete', 'pod', '-l', 'app=intruder', '--ignore-not-found', '--now')
  await kubectl('delete', 'networkpolicy', 'intruder', 'intruder-out', '--ignore-not-found')
  await kubectl('delete', 'namespace', outside, '--ignore-not-found')
}
