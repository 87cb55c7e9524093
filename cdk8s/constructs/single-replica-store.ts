import { k8s } from 'cdk8s-plus-27'
import { Construct } from 'constructs'
import { type Store, storePorts } from '../../services/shared/contracts/deployment.ts'
import { namespace, workloadNames } from '../../services/shared/contracts/topology.ts'
import { storesOf } from '../workloads.ts'
import { namespaced, port } from './network.ts'
import { ownTheVolume } from './own-the-volume.ts'
import { restrictedContainer, restrictedPod } from './restricted.ts'

export interface SingleReplicaStoreProps {
  readonly name: Store
  readonly image: string
  /** Numeric id that the image runs as. */
  readonly user: number
  readonly env: readonly k8s.EnvVar[]
  /** In place of the image's own. */
  readonly command?: readonly string[]
  /** Where the data lives in the container. */
  readonly dataPath: string
  readonly storage: string
  readonly storageClass: string
  /** Requested. */
  readonly cpu: string
  /** Requested, and the limit. */
  readonly memory: string
  /** Paths besides `dataPath` that the image writes to. */
  readonly scratchPaths: readonly string[]
  readonly ready: k8s.Probe
  /** `app` labels of the shop's pods that connect, besides those that do so on every target. */
  readonly clients?: readonly string[]
  /** It dials its own Service: what it sends there leaves the pod, and comes back under the rules for strangers. */
  readonly callsItself?: boolean
}

/**
 * One replica of a data store with its volume, for kind: plain TCP, outside the mesh,
 * because its clients speak first in protocols that Envoy need not understand. EKS uses managed ones.
 */
export class SingleReplicaStore extends Construct {
  constructor(scope: Construct, id: string, props: SingleReplicaStoreProps) {
    super(scope, id)
    const { name } = props
    const labels = { app: name, 'app.kubernetes.io/part-of': 'breakwater' }
    const containerPort = storePorts[name]
    const scratch = props.scratchPaths.map((path, index) => ({ name: `scratch-${index}`, path }))

    new k8s.KubeService(this, 'service', {
      metadata: { name },
      spec: {
        selector: { app: name },
        // Said, so that Istio does not wait for a first byte to guess it.
        ports: [{ name: `tcp-${name}`, appProtocol: 'tcp', port: containerPort, targetPort: k8s.IntOrString.fromNumber(containerPort) }],
      },
    })
    new k8s.KubeStatefulSet(this, 'store', {
      metadata: { name, labels: { 'app.kubernetes.io/part-of': 'breakwater' } },
      spec: {
        serviceName: name,
        replicas: 1,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: restrictedPod(props.user),
            terminationGracePeriodSeconds: 60,
            initContainers: [ownTheVolume(props)],
            containers: [
              {
                name,
                image: props.image,
                imagePullPolicy: 'IfNotPresent',
                ports: [{ name: `tcp-${name}`, containerPort }],
                ...(props.command && { command: [...props.command] }),
                env: [...props.env],
                resources: {
                  requests: { cpu: k8s.Quantity.fromString(props.cpu), memory: k8s.Quantity.fromString(props.memory) },
                  limits: { memory: k8s.Quantity.fromString(props.memory) },
                },
                readinessProbe: props.ready,
                securityContext: restrictedContainer,
                volumeMounts: [
                  { name: 'data', mountPath: props.dataPath },
                  ...scratch.map(({ name, path }) => ({ name, mountPath: path })),
                ],
              },
            ],
            volumes: scratch.map(({ name }) => ({ name, emptyDir: {} })),
          },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: {
              accessModes: ['ReadWriteOnce'],
              storageClassName: props.storageClass,
              resources: { requests: { storage: k8s.Quantity.fromString(props.storage) } },
            },
          },
        ],
      },
    })
    const clients = [...workloadNames.filter((workload) => storesOf(workload).includes(name)), ...(props.clients ?? [])]
    const itself: k8s.NetworkPolicyPeer[] = props.callsItself ? [{ podSelector: { matchLabels: { app: name } } }] : []
    const ports = [port(containerPort)]
    new k8s.KubeNetworkPolicy(this, 'edges', {
      metadata: { name },
      spec: {
        podSelector: { matchLabels: { app: name } },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [...clients.map((app) => namespaced(namespace, { app })), ...itself], ports }],
        ...(itself.length > 0 && { egress: [{ to: itself, ports }] }),
      },
    })
  }
}
