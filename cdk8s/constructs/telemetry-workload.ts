import { createHash } from 'node:crypto'
import { k8s } from 'cdk8s-plus-27'
import { Construct } from 'constructs'
import { ownTheVolume } from './own-the-volume.ts'
import { restrictedContainer, restrictedPod } from './restricted.ts'

/** Where a store of telemetry keeps what it has. */
export interface TelemetryState {
  readonly path: string
  readonly gibibytes: number
  /** A volume that stays when the pod goes; without it the pod's own, which is emptied when it has more than `gibibytes`. */
  readonly storageClass?: string
}

export interface TelemetryWorkloadProps {
  readonly name: string
  readonly image: string
  /** Numeric id that the image runs as. */
  readonly user: number
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** File name → content, in `/etc/<name>`. */
  readonly files?: Readonly<Record<string, string>>
  /** Name → number, of container and Service. */
  readonly ports: Readonly<Record<string, number>>
  /** Ports for Prometheus alone. */
  readonly privatePorts?: Readonly<Record<string, number>>
  /** Whether it asks the API server for pods. */
  readonly readsPods?: boolean
  /** Requested. */
  readonly cpu: string
  /** Requested, and the limit. */
  readonly memory: string
  readonly ready: k8s.Probe
  readonly state?: TelemetryState
  readonly ingress: readonly k8s.NetworkPolicyIngressRule[]
  readonly egress?: readonly k8s.NetworkPolicyEgressRule[]
  /** Of its ServiceAccount. */
  readonly annotations?: Readonly<Record<string, string>>
}

/** One pod that takes, keeps or passes on telemetry, with its Service, identity and ways in and out. Nothing of the shop waits for it. */
export class TelemetryWorkload extends Construct {
  constructor(scope: Construct, id: string, props: TelemetryWorkloadProps) {
    super(scope, id)
    const { name, ports, state, files } = props
    const labels = { app: name, 'app.kubernetes.io/part-of': 'breakwater' }
    const egress = props.egress ?? []

    new k8s.KubeServiceAccount(this, 'identity', {
      metadata: { name, ...(props.annotations && { annotations: { ...props.annotations } }) },
      automountServiceAccountToken: false,
    })
    if (files) new k8s.KubeConfigMap(this, 'files', { metadata: { name }, data: { ...files } })
    new k8s.KubeNetworkPolicy(this, 'edges', {
      metadata: { name },
      spec: {
        podSelector: { matchLabels: { app: name } },
        policyTypes: ['Ingress', 'Egress'],
        // As in workload-network-policy.ts: an empty list would be written again by every deployment.
        ...(props.ingress.length > 0 && { ingress: [...props.ingress] }),
        ...(egress.length > 0 && { egress: [...egress] }),
      },
    })
    new k8s.KubeService(this, 'service', {
      metadata: { name, labels },
      spec: {
        selector: { app: name },
        ports: Object.entries(ports).map(([name, port]) => ({
          name,
          port,
          targetPort: k8s.IntOrString.fromNumber(port),
        })),
      },
    })
    const claimed = state?.storageClass !== undefined
    const template: k8s.PodTemplateSpec = {
      // A changed file of a ConfigMap does not restart anybody.
      metadata: { labels, ...(files && { annotations: { 'breakwater.dev/files': contentOf(files) } }) },
      spec: podSpec(props),
    }
    const selector = { matchLabels: { app: name } }
    if (!claimed) {
      new k8s.KubeDeployment(this, 'pods', {
        metadata: { name, labels },
        // Two would not know of each other.
        spec: { replicas: 1, selector, strategy: { type: 'Recreate' }, template },
      })
      return
    }
    new k8s.KubeStatefulSet(this, 'pods', {
      metadata: { name, labels },
      spec: {
        serviceName: name,
        replicas: 1,
        selector,
        template,
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: {
              accessModes: ['ReadWriteOnce'],
              storageClassName: state.storageClass,
              resources: { requests: { storage: k8s.Quantity.fromString(`${state.gibibytes}Gi`) } },
            },
          },
        ],
      },
    })
  }
}

function podSpec(props: TelemetryWorkloadProps): k8s.PodSpec {
  const { name, image, user, args, env = {}, files, ports, privatePorts = {}, state } = props
  const claimed = state?.storageClass !== undefined
  return {
    serviceAccountName: name,
    automountServiceAccountToken: props.readsPods ?? false,
    enableServiceLinks: false,
    securityContext: restrictedPod(user),
    ...(claimed && { initContainers: [ownTheVolume({ image, user, dataPath: state.path })] }),
    containers: [
      {
        name,
        image,
        imagePullPolicy: 'IfNotPresent',
        args: [...args],
        env: Object.entries(env).map(([name, value]) => ({ name, value })),
        ports: Object.entries({ ...ports, ...privatePorts }).map(([name, containerPort]) => ({ name, containerPort })),
        resources: {
          requests: { cpu: k8s.Quantity.fromString(props.cpu), memory: k8s.Quantity.fromString(props.memory) },
          limits: { memory: k8s.Quantity.fromString(props.memory) },
        },
        readinessProbe: props.ready,
        securityContext: restrictedContainer,
        volumeMounts: [
          { name: 'tmp', mountPath: '/tmp' },
          ...(files ? [{ name: 'files', mountPath: `/etc/${name}`, readOnly: true }] : []),
          ...(state ? [{ name: 'data', mountPath: state.path }] : []),
        ],
      },
    ],
    volumes: [
      { name: 'tmp', emptyDir: { sizeLimit: k8s.Quantity.fromString('64Mi') } },
      ...(files ? [{ name: 'files', configMap: { name } }] : []),
      ...(state && !claimed ? [{ name: 'data', emptyDir: { sizeLimit: k8s.Quantity.fromString(`${state.gibibytes}Gi`) } }] : []),
    ],
  }
}

/** Changes when a file does. */
export const contentOf = (files: Readonly<Record<string, string>>): string =>
  createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12)
