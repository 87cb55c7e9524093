import { k8s } from 'cdk8s-plus-27'
import { Construct } from 'constructs'
import { ports, type WorkloadName, workload } from '../../services/shared/contracts/topology.ts'
import { podLabels, type Settings, storesOf } from '../settings.ts'
import { databaseTrust, roleAnnotations } from './aws.ts'
import { environment } from './environment.ts'
import { NetworkEdges } from './network-edges.ts'
import { nodeUser, restrictedContainer, restrictedPod } from './restricted.ts'

export interface ShopServiceProps {
  readonly name: WorkloadName
  readonly settings: Settings
  /** Requested, and as limit for memory; CPU has no limit because throttling a Node process only adds latency. */
  readonly resources: { readonly cpu: string; readonly memory: string }
  /** On top of what topology implies. */
  readonly env?: readonly k8s.EnvVar[]
  /** Container ports that are in no Service. */
  readonly privatePorts?: readonly k8s.ContainerPort[]
}

/** One workload of topology: its Deployment and Service; in a cluster also its identity and disruption budget. */
export class ShopService extends Construct {
  constructor(scope: Construct, id: string, props: ShopServiceProps) {
    super(scope, id)
    const { name, settings } = props
    const metadata = { name, labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'breakwater' } }
    const selector = { matchLabels: podLabels(name) }
    // Replicas of a workload are said in one place: here, or in its autoscaler, which this would overrule at every deployment.
    const scaled = workload(name).role === 'shop' ? settings.cluster?.autoscaling : undefined

    // Before the pods that need them.
    if (settings.cluster) {
      new k8s.KubeServiceAccount(this, 'identity', {
        metadata: { ...metadata, annotations: roleAnnotations(name, settings.cluster.aws) },
        automountServiceAccountToken: false,
      })
      new NetworkEdges(this, 'network', name, settings.cluster)
    }
    new k8s.KubeDeployment(this, 'deployment', {
      metadata,
      spec: {
        ...(!scaled && { replicas: leastReplicas(name, settings) }),
        selector,
        // One more before one less: no rolling update ever runs below the declared replicas.
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) },
        },
        template: { metadata: { labels: { ...metadata.labels, ...podLabels(name) } }, spec: podSpec(props) },
      },
    })
    new k8s.KubeService(this, 'service', {
      metadata: { ...metadata, labels: { ...metadata.labels, app: name } },
      spec: {
        selector: { app: name },
        ports: [{ name: 'http', port: ports.service, targetPort: k8s.IntOrString.fromString('http') }],
      },
    })
    if (!settings.cluster) return

    new k8s.KubePodDisruptionBudget(this, 'disruption-budget', {
      metadata,
      spec: { selector, maxUnavailable: k8s.IntOrString.fromNumber(1) },
    })
    if (!scaled) return

    new k8s.KubeHorizontalPodAutoscalerV2(this, 'autoscaler', {
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicas: leastReplicas(name, settings),
        maxReplicas: scaled.maxReplicas,
        metrics: [
          {
            type: 'ContainerResource',
            containerResource: { container: name, name: 'cpu', target: { type: 'Utilization', averageUtilization: scaled.cpuPercent } },
          },
        ],
      },
    })
  }
}

/** Experiments count on the replicas that topology gives them. */
const leastReplicas = (name: WorkloadName, { cluster }: Settings): number => {
  const { role, replicas } = workload(name)
  return role === 'shop' ? Math.max(replicas, cluster?.minReplicas ?? 1) : replicas
}

function podSpec({ name, settings, resources, env = [], privatePorts = [] }: ShopServiceProps): k8s.PodSpec {
  const checksDatabase = settings.cluster?.aws && storesOf(name).includes('postgres')
  const probe = (path: string): k8s.Probe => ({ httpGet: { path, port: k8s.IntOrString.fromString('http') } })
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    securityContext: restrictedPod(nodeUser),
    terminationGracePeriodSeconds: 30,
    ...(settings.cluster && {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: settings.cluster.spreadOver,
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: podLabels(name) },
        },
      ],
    }),
    containers: [
      {
        name,
        image: `${settings.imageRegistry}/${name}:${settings.imageTag}`,
        imagePullPolicy: 'IfNotPresent',
        // In a cluster the image knows what it runs; the laptop runs the sources.
        ...(!settings.cluster && { command: ['node', `services/${name}/main.ts`] }),
        ports: [{ name: 'http', containerPort: ports.app }, ...privatePorts],
        env: [...environment(name, settings), ...env],
        resources: {
          requests: {
            cpu: k8s.Quantity.fromString(settings.cluster?.cpuRequest ?? resources.cpu),
            memory: k8s.Quantity.fromString(resources.memory),
          },
          limits: { memory: k8s.Quantity.fromString(resources.memory) },
        },
        startupProbe: { ...probe('/healthz'), periodSeconds: 1, failureThreshold: 60 },
        livenessProbe: { ...probe('/healthz'), periodSeconds: 10, timeoutSeconds: 5 },
        readinessProbe: { ...probe('/readyz'), periodSeconds: 3, timeoutSeconds: 2 },
        // Endpoints take a moment to leave every caller's proxy; until then requests still arrive here.
        lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
        securityContext: restrictedContainer,
        volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, ...(checksDatabase ? [databaseTrust.mount] : [])],
      },
    ],
    volumes: [{ name: 'tmp', emptyDir: {} }, ...(checksDatabase ? [databaseTrust.volume] : [])],
  }
}
