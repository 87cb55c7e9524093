import { k8s } from 'cdk8s-plus-27'
import { Construct } from 'constructs'
import { firstVersion } from '../../services/shared/contracts/deployment.ts'
import { ports, type WorkloadName } from '../../services/shared/contracts/topology.ts'
import type { Settings } from '../settings/settings.ts'
import { podLabels } from '../workloads.ts'
import { databaseTls } from './database-tls.ts'
import { environment } from './environment.ts'
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
  /** A Secret whose keys are files of this folder. */
  readonly secretFiles?: { readonly secret: string; readonly folder: string }
}

export interface ShopDeploymentProps extends ShopServiceProps {
  /** Its pods' label `version`, by which subsets select them. */
  readonly version: string
  /** Absent when an autoscaler says how many. */
  readonly replicas: number | undefined
}

export const shopLabels = (name: WorkloadName) => ({ 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'breakwater' })

/** Where pilot-agent finds what the app tells, to hand it out with what the proxy tells. */
const mergedMetrics = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(ports.app), 'prometheus.io/path': '/metrics' }

/** The pods of one version of a workload. The first version's Deployment has the workload's name, a later one's `<name>-<version>`. */
export class ShopDeployment extends Construct {
  constructor(scope: Construct, id: string, props: ShopDeploymentProps) {
    super(scope, id)
    const { name, version, replicas } = props
    const labels = shopLabels(name)
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: { name: version === firstVersion ? name : `${name}-${version}`, labels },
      spec: {
        ...(replicas !== undefined && { replicas }),
        selector: { matchLabels: podLabels(name, version) },
        // One more before one less: no rolling update ever runs below the declared replicas.
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) },
        },
        template: {
          metadata: {
            labels: { ...labels, ...podLabels(name, version) },
            ...(props.settings.cluster?.observability && { annotations: mergedMetrics }),
          },
          spec: podSpec(props),
        },
      },
    })
  }
}

function podSpec({ name, version, settings, resources, env = [], privatePorts = [], secretFiles }: ShopDeploymentProps): k8s.PodSpec {
  const { mounts, volumes } = databaseTls(name, settings)
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
          labelSelector: { matchLabels: podLabels(name, version) },
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
        volumeMounts: [
          { name: 'tmp', mountPath: '/tmp' },
          ...mounts,
          ...(secretFiles ? [{ name: 'secret', mountPath: secretFiles.folder, readOnly: true }] : []),
        ],
      },
    ],
    volumes: [
      { name: 'tmp', emptyDir: {} },
      ...volumes,
      ...(secretFiles ? [{ name: 'secret', secret: { secretName: secretFiles.secret } }] : []),
    ],
  }
}
