import type { KubernetesObject, V1Deployment, V1NetworkPolicySpec } from '@kubernetes/client-node'
import { namespace, ports } from '../../../services/shared/contracts/topology.ts'
import { type Policies, policiesFor } from './policies-for.ts'

/** Where plain Istio and no Istio at all are measured. */
export const benchNamespace = 'breakwater-bench'
/** Of fortio's own server. */
export const fortioPort = 8080
/** What all of a benchmark carries, so that it can be found and waited for. */
const labels = { 'app.kubernetes.io/part-of': 'breakwater', 'app.kubernetes.io/component': 'bench' }

const image = process.env.FORTIO_IMAGE ?? 'fortio/fortio:1.66.5'

interface FortioProps {
  readonly name: string
  readonly namespace: string
  readonly sidecar: boolean
  /** The identity that destinations see. */
  readonly serviceAccountName?: string
}

function fortio({ name, namespace, sidecar, serviceAccountName = 'default' }: FortioProps): V1Deployment {
  const podLabels = { app: name, ...labels, 'sidecar.istio.io/inject': String(sidecar) }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: podLabels },
        spec: {
          serviceAccountName,
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 1,
          securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: 'fortio',
              image,
              imagePullPolicy: 'IfNotPresent',
              args: ['server', '-http-port', String(fortioPort)],
              ports: [{ name: 'http', containerPort: fortioPort }],
              readinessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 1 },
              resources: { requests: { cpu: '10m', memory: '32Mi' } },
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            },
          ],
        },
      },
    },
  }
}

const service = (name: string, namespace: string): KubernetesObject & { spec: object } => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace, labels },
  spec: { selector: { app: name }, ports: [{ name: 'http', port: ports.service, targetPort: 'http' }] },
})

const networkPolicy = (name: string, inNamespace: string, spec: V1NetworkPolicySpec): KubernetesObject & { spec: object } => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: inNamespace, labels },
  spec,
})

/** Sends in gateway's name, so that access rules let it; no pod of gateway's, so that customers are not served by it. */
export const shopClient = 'bench-gateway'
/** The same catalog without sidecars. */
export const shopServer = 'bench-catalog'
/** Echoes under catalog's policies. */
export const governedServer = 'bench-echo'
export const plainClient = 'client-with-sidecar'
export const plainServer = 'server-with-sidecar'
/** Asks both servers without sidecars. */
export const bareClient = 'client'
export const bareServer = 'server'

/** The shop's catalog as it is deployed. */
export interface Catalog {
  readonly deployment: V1Deployment
  readonly policies: Policies
}

/**
 * Everything that is measured besides the shop itself, in the order of application.
 * @param storeNamespace where Kafka runs
 */
export function benchObjects({ deployment, policies }: Catalog, storeNamespace: string): KubernetesObject[] {
  const ours = { matchExpressions: [{ key: 'app', operator: 'In', values: [shopClient, shopServer, governedServer] }] }
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: benchNamespace, labels } },
    networkPolicy('bench', namespace, { podSelector: ours, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] }),
    networkPolicy('bench-catalog-callers', namespace, {
      podSelector: { matchLabels: { app: 'catalog' } },
      policyTypes: ['Ingress'],
      ingress: [{ _from: [{ podSelector: { matchLabels: { app: shopClient } } }], ports: [{ port: ports.app }] }],
    }),
    networkPolicy('bench-kafka-clients', storeNamespace, {
      podSelector: { matchLabels: { app: 'kafka' } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          _from: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
              podSelector: { matchLabels: { app: shopServer } },
            },
          ],
        },
      ],
    }),
    service(shopServer, namespace),
    service(governedServer, namespace),
    service(plainServer, benchNamespace),
    service(bareServer, benchNamespace),
    ...policiesFor(governedServer, policies, labels),
    withoutSidecar(deployment),
    fortio({ name: shopClient, namespace, sidecar: true, serviceAccountName: 'gateway' }),
    fortio({ name: governedServer, namespace, sidecar: true }),
    fortio({ name: plainClient, namespace: benchNamespace, sidecar: true }),
    fortio({ name: plainServer, namespace: benchNamespace, sidecar: true }),
    fortio({ name: bareClient, namespace: benchNamespace, sidecar: false }),
    fortio({ name: bareServer, namespace: benchNamespace, sidecar: false }),
  ]
}

/** Differs in nothing but the sidecar. */
function withoutSidecar({ spec }: V1Deployment): V1Deployment {
  if (!spec) throw new Error('The Deployment of catalog has no spec.')
  const podLabels = { app: shopServer, ...labels, 'sidecar.istio.io/inject': 'false' }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: shopServer, namespace, labels },
    spec: {
      ...(spec.replicas !== undefined && { replicas: spec.replicas }),
      selector: { matchLabels: { app: shopServer } },
      template: { ...spec.template, metadata: { labels: podLabels } },
    },
  }
}
