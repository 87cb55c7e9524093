import { Yaml } from 'cdk8s'
import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { ShopChart } from '../../cdk8s/constructs/shop-chart.ts'
import { TelemetryWorkload } from '../../cdk8s/constructs/telemetry-workload.ts'
import type { Settings, TelemetryStores } from '../../cdk8s/settings/settings.ts'
import { images, observabilityNamespace, telemetryServices } from '../../services/shared/contracts/deployment.ts'
import { jaegerConfig, jaegerHealthPort } from './config/jaeger.ts'
import { from } from './network-rules.ts'

const { name, grpc, http } = telemetryServices.traces
const folder = '/badger'

/**
 * Jaeger. Its own store forgets by age only, so its bound of size is that of the pod's own disk: who is over it begins anew, which traces
 * bear and logs would not.
 */
export class TracesStore extends ShopChart {
  constructor(scope: Construct, settings: Settings, { traces }: TelemetryStores) {
    super(scope, 'observability-traces', settings, observabilityNamespace)
    new TelemetryWorkload(this, 'store', {
      name,
      image: images.traces,
      user: 10_001,
      args: [`--config=/etc/${name}/config.yaml`],
      files: { 'config.yaml': Yaml.stringify(jaegerConfig(traces.hours, folder)) },
      env: { GOMEMLIMIT: '320MiB' },
      ports: { 'grpc-otlp': grpc, 'http-query': http },
      cpu: '20m',
      memory: '384Mi',
      ready: { httpGet: { path: '/status', port: k8s.IntOrString.fromNumber(jaegerHealthPort) }, periodSeconds: 3 },
      state: { path: folder, gibibytes: traces.gibibytes },
      ingress: [from('collector', grpc)],
    })
  }
}
