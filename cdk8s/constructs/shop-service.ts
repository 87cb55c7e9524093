import { k8s } from 'cdk8s-plus-27'
import { Construct } from 'constructs'
import { firstVersion } from '../../services/shared/contracts/deployment.ts'
import { ports, workload } from '../../services/shared/contracts/topology.ts'
import { podLabels, replicasOf } from '../workloads.ts'
import { identityAnnotations } from './pod-identity.ts'
import { ShopDeployment, type ShopServiceProps, shopLabels } from './shop-deployment.ts'
import { WorkloadNetworkPolicy } from './workload-network-policy.ts'

/** One workload of topology: the Deployment of its first version and its Service; in a cluster also its identity and disruption budget. */
export class ShopService extends Construct {
  constructor(scope: Construct, id: string, props: ShopServiceProps) {
    super(scope, id)
    const { name, settings } = props
    const metadata = { name, labels: shopLabels(name) }
    const { least, most } = replicasOf(name, settings)
    const selector = { matchLabels: podLabels(name) }
    // Replicas of a workload are said in one place: here, or in its autoscaler, which this would overrule at every deployment.
    const scaled = workload(name).role === 'shop' ? settings.cluster?.autoscaling : undefined

    // Before the pods that need them.
    if (settings.cluster) {
      new k8s.KubeServiceAccount(this, 'identity', {
        metadata: { ...metadata, annotations: identityAnnotations(name, settings.cluster.podIdentity) },
        automountServiceAccountToken: false,
      })
      new WorkloadNetworkPolicy(this, 'network', name, settings.cluster)
    }
    new ShopDeployment(this, 'deployment', {
      ...props,
      version: firstVersion,
      replicas: scaled ? undefined : least,
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
        minReplicas: least,
        maxReplicas: most,
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
