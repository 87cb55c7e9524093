import { createHash } from 'node:crypto'
import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { kafkaSecurity } from '../cdk8s/constructs/kafka-access.ts'
import { identityAnnotations } from '../cdk8s/constructs/pod-identity.ts'
import { nodeUser, restrictedContainer, restrictedPod } from '../cdk8s/constructs/restricted.ts'
import { ShopChart } from '../cdk8s/constructs/shop-chart.ts'
import { storeEgress } from '../cdk8s/constructs/workload-network-policy.ts'
import type { ClusterSettings, Settings } from '../cdk8s/settings/settings.ts'
import { topicsJob } from '../services/shared/contracts/deployment.ts'
import { namespace } from '../services/shared/contracts/topology.ts'

/** The Job that creates the topics, in our broker or in managed ones. It needs no sidecar: Kafka is outside the mesh. */
export class Topics extends ShopChart {
  constructor(scope: Construct, settings: Settings, cluster: ClusterSettings) {
    super(scope, 'topics', settings, namespace)
    const labels = { app: topicsJob, 'app.kubernetes.io/part-of': 'breakwater' }
    new k8s.KubeNetworkPolicy(this, 'edges', {
      metadata: { name: topicsJob },
      spec: {
        podSelector: { matchLabels: { app: topicsJob } },
        policyTypes: ['Ingress', 'Egress'],
        egress: storeEgress(['kafka'], cluster),
      },
    })
    new k8s.KubeServiceAccount(this, 'identity', {
      metadata: { name: topicsJob, annotations: identityAnnotations(topicsJob, cluster.podIdentity) },
      automountServiceAccountToken: false,
    })
    const spec: k8s.JobSpec = {
      backoffLimit: 20,
      template: { metadata: { labels: { ...labels, 'sidecar.istio.io/inject': 'false' } }, spec: podSpec(settings) },
    }
    new k8s.KubeJob(this, 'job', { metadata: { name: jobName(settings.imageTag, spec), labels }, spec })
  }
}

/** A Job cannot be changed, so another one of the same tag has another name. Its pods are named after it, and a host name has no dots. */
function jobName(tag: string, spec: k8s.JobSpec): string {
  const content = createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 8)
  return `${topicsJob}-${tag
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .slice(0, 30)}-${content}`
}

const podSpec = (settings: Settings): k8s.PodSpec => ({
  restartPolicy: 'OnFailure',
  serviceAccountName: topicsJob,
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: restrictedPod(nodeUser),
  containers: [
    {
      name: topicsJob,
      image: `${settings.imageRegistry}/${topicsJob}:${settings.imageTag}`,
      imagePullPolicy: 'IfNotPresent',
      env: [
        { name: 'KAFKA_BROKERS', value: settings.kafkaBrokers },
        ...kafkaSecurity(settings.cluster?.kafkaSecurity),
        { name: 'TOPIC_PARTITIONS', value: String(settings.topicPartitions) },
        { name: 'TOPIC_MIN_INSYNC_REPLICAS', value: String(settings.minInsyncReplicas) },
      ],
      resources: {
        requests: { cpu: k8s.Quantity.fromString('10m'), memory: k8s.Quantity.fromString('128Mi') },
        limits: { memory: k8s.Quantity.fromString('128Mi') },
      },
      securityContext: restrictedContainer,
    },
  ],
})
