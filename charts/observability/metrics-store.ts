import { Yaml } from 'cdk8s'
import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { port } from '../../cdk8s/constructs/network.ts'
import { PodReader } from '../../cdk8s/constructs/pod-reader.ts'
import { ShopChart } from '../../cdk8s/constructs/shop-chart.ts'
import { TelemetryWorkload } from '../../cdk8s/constructs/telemetry-workload.ts'
import type { ClusterSettings, Observability, Settings, TelemetryStores } from '../../cdk8s/settings/settings.ts'
import { images, observabilityNamespace, podMetrics, telemetryServices } from '../../services/shared/contracts/deployment.ts'
import { namespace } from '../../services/shared/contracts/topology.ts'
import { scrapeConfigs } from './config/scrape.ts'
import { toApiServer } from './network-rules.ts'
import { ruleFiles } from './rules.ts'

const { name, http } = telemetryServices.metrics
const folder = '/prometheus'

/** Beside the configuration: a changed rule restarts Prometheus as a changed configuration does. */
const rules = (file: string): string => `rules-${file}`

/** Prometheus: the metrics of apps and proxies. */
export class MetricsStore extends ShopChart {
  constructor(
    scope: Construct,
    settings: Settings,
    { storageClass }: ClusterSettings,
    { observability, stores }: { readonly observability: Observability; readonly stores: TelemetryStores },
  ) {
    super(scope, 'observability-metrics', settings, observabilityNamespace)
    const { days, gibibytes } = stores.metrics
    new PodReader(this, 'pods', { name, of: observabilityNamespace, namespaces: [namespace, observabilityNamespace] })
    new TelemetryWorkload(this, 'store', {
      name,
      image: images.metrics,
      user: 65_534,
      args: [
        `--config.file=/etc/${name}/prometheus.yaml`,
        `--storage.tsdb.path=${folder}`,
        `--storage.tsdb.retention.time=${days}d`,
        `--storage.tsdb.retention.size=${gibibytes}GB`,
        '--storage.tsdb.min-block-duration=30m',
        '--storage.tsdb.max-block-duration=12h',
      ],
      files: {
        'prometheus.yaml': Yaml.stringify({
          global: {
            scrape_interval: `${observability.metricsEverySeconds}s`,
            evaluation_interval: `${observability.metricsEverySeconds}s`,
          },
          rule_files: [`/etc/${name}/${rules('*')}`],
          scrape_configs: scrapeConfigs(observability),
        }),
        ...Object.fromEntries(Object.entries(ruleFiles).map(([file, text]) => [rules(file), text])),
      },
      env: { GOMEMLIMIT: '400MiB' },
      ports: { http },
      readsPods: true,
      cpu: '50m',
      memory: '512Mi',
      ready: { httpGet: { path: '/-/ready', port: k8s.IntOrString.fromNumber(http) }, periodSeconds: 3 },
      state: { path: folder, gibibytes: gibibytes + 1, storageClass: storageClass.name },
      ingress: [],
      egress: [
        toApiServer(observability),
        {
          to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }],
          ports: [port(podMetrics.port)],
        },
        // Whoever tells of itself beside the stores.
        { to: [{ podSelector: {} }] },
      ],
    })
  }
}
