import { Yaml } from 'cdk8s'
import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { ShopChart } from '../../cdk8s/constructs/shop-chart.ts'
import { TelemetryWorkload } from '../../cdk8s/constructs/telemetry-workload.ts'
import type { ClusterSettings, Observability, Settings, TelemetryStores } from '../../cdk8s/settings/settings.ts'
import { images, observabilityNamespace, telemetryHost, telemetryServices } from '../../services/shared/contracts/deployment.ts'
import { to } from './network-rules.ts'
import { ruleFiles } from './rules.ts'

const { collector, metrics } = telemetryServices
const { name, http } = metrics
const folder = '/prometheus'

/** Beside the configuration: a changed rule restarts Prometheus as a changed configuration does. */
const rules = (file: string): string => `rules-${file}`

/**
 * Prometheus: the metrics of apps and proxies, as the collector has read them. So one component reads pods, whoever keeps what it reads, and
 * this one needs neither the API server nor the shop.
 */
export class MetricsStore extends ShopChart {
  constructor(
    scope: Construct,
    settings: Settings,
    { storageClass }: ClusterSettings,
    { observability, stores }: { readonly observability: Observability; readonly stores: TelemetryStores },
  ) {
    super(scope, 'observability-metrics', settings, observabilityNamespace)
    const { days, gibibytes } = stores.metrics
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
          scrape_configs: [
            // Jobs, instances and pods are those that the collector has read.
            {
              job_name: 'collector',
              honor_labels: true,
              static_configs: [{ targets: [`${telemetryHost('collector')}:${collector.metrics}`] }],
            },
          ],
        }),
        ...Object.fromEntries(Object.entries(ruleFiles).map(([file, text]) => [rules(file), text])),
      },
      env: { GOMEMLIMIT: '320MiB' },
      ports: { http },
      cpu: '50m',
      memory: '384Mi',
      ready: { httpGet: { path: '/-/ready', port: k8s.IntOrString.fromNumber(http) }, periodSeconds: 3 },
      state: { path: folder, gibibytes: gibibytes + 1, storageClass: storageClass.name },
      ingress: [],
      egress: [to('collector', collector.metrics)],
    })
  }
}
