import { Yaml } from 'cdk8s'
import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { PodReader } from '../../cdk8s/constructs/pod-reader.ts'
import { restrictedContainer } from '../../cdk8s/constructs/restricted.ts'
import { ShopChart } from '../../cdk8s/constructs/shop-chart.ts'
import { contentOf } from '../../cdk8s/constructs/telemetry-workload.ts'
import type { Observability, Settings } from '../../cdk8s/settings/settings.ts'
import { images, nodeLogsNamespace, telemetryServices } from '../../services/shared/contracts/deployment.ts'
import { namespace } from '../../services/shared/contracts/topology.ts'
import { collectorPorts } from './config/collector-parts.ts'
import { nodeLogsConfig, nodeLogsMemory, podLogs, positions } from './config/node-logs.ts'
import { toApiServer, toForeign } from './network-rules.ts'

export const nodeLogsName = 'node-logs'

/**
 * On each node a collector that reads what pods write. The kubelet keeps that as root, on the node: so this one pod is root and has host paths,
 * without any capability, and may write nothing but how far it has read.
 */
export class NodeLogs extends ShopChart {
  constructor(scope: Construct, settings: Settings, observability: Observability) {
    super(scope, 'observability-node-logs', settings, nodeLogsNamespace)
    const name = nodeLogsName
    const labels = { app: name, 'app.kubernetes.io/part-of': 'breakwater' }
    const files = { 'config.yaml': Yaml.stringify(nodeLogsConfig()) }
    new k8s.KubeServiceAccount(this, 'identity', { metadata: { name }, automountServiceAccountToken: false })
    new PodReader(this, 'pods', { name, of: nodeLogsNamespace, namespaces: [namespace] })
    new k8s.KubeConfigMap(this, 'files', { metadata: { name }, data: files })
    new k8s.KubeNetworkPolicy(this, 'edges', {
      metadata: { name },
      spec: {
        podSelector: { matchLabels: { app: name } },
        policyTypes: ['Ingress', 'Egress'],
        egress: [toForeign('collector', telemetryServices.collector.grpc), toApiServer(observability)],
      },
    })
    new k8s.KubeDaemonSet(this, 'readers', {
      metadata: { name, labels },
      spec: {
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels, annotations: { 'breakwater.dev/files': contentOf(files) } },
          spec: {
            serviceAccountName: name,
            automountServiceAccountToken: true,
            enableServiceLinks: false,
            // Nodes that take no other pods have logs too.
            tolerations: [{ operator: 'Exists' }],
            securityContext: { runAsUser: 0, runAsGroup: 0, seccompProfile: { type: 'RuntimeDefault' } },
            containers: [
              {
                name,
                image: images.collector,
                imagePullPolicy: 'IfNotPresent',
                args: [`--config=/etc/${name}/config.yaml`],
                env: [
                  { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
                  { name: 'GOMEMLIMIT', value: `${Math.floor(nodeLogsMemory * 0.8)}MiB` },
                ],
                resources: {
                  requests: { cpu: k8s.Quantity.fromString('20m'), memory: k8s.Quantity.fromString(`${nodeLogsMemory}Mi`) },
                  limits: { memory: k8s.Quantity.fromString(`${nodeLogsMemory}Mi`) },
                },
                readinessProbe: { httpGet: { path: '/', port: k8s.IntOrString.fromNumber(collectorPorts.health) }, periodSeconds: 3 },
                securityContext: restrictedContainer,
                volumeMounts: [
                  { name: 'files', mountPath: `/etc/${name}`, readOnly: true },
                  { name: 'pod-logs', mountPath: podLogs, readOnly: true },
                  { name: 'positions', mountPath: positions },
                ],
              },
            ],
            volumes: [
              { name: 'files', configMap: { name } },
              { name: 'pod-logs', hostPath: { path: podLogs } },
              { name: 'positions', hostPath: { path: positions, type: 'DirectoryOrCreate' } },
            ],
          },
        },
      },
    })
  }
}
