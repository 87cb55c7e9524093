import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { ShopChart } from '../../cdk8s/constructs/shop-chart.ts'
import { TelemetryWorkload } from '../../cdk8s/constructs/telemetry-workload.ts'
import type { ClusterSettings, Settings, TelemetryStores } from '../../cdk8s/settings/settings.ts'
import { images, observabilityNamespace, telemetryServices } from '../../services/shared/contracts/deployment.ts'
import { from } from './network-rules.ts'

const { name, http } = telemetryServices.logs
const folder = '/victoria-logs-data'

/** VictoriaLogs: the logs of all pods, by age and by size. */
export class LogsStore extends ShopChart {
  constructor(scope: Construct, settings: Settings, { storageClass }: ClusterSettings, { logs }: TelemetryStores) {
    super(scope, 'observability-logs', settings, observabilityNamespace)
    new TelemetryWorkload(this, 'store', {
      name,
      image: images.logs,
      user: 1000,
      args: [
        `-storageDataPath=${folder}`,
        `-retentionPeriod=${logs.days}d`,
        // The volume has more: what is being merged needs room.
        `-retention.maxDiskSpaceUsageBytes=${logs.gibibytes}GiB`,
        '-memory.allowedPercent=50',
        '-insert.maxLineSizeBytes=524288',
        '-loggerFormat=json',
      ],
      ports: { http },
      cpu: '20m',
      memory: '192Mi',
      ready: { httpGet: { path: '/health', port: k8s.IntOrString.fromNumber(http) }, periodSeconds: 3 },
      state: { path: folder, gibibytes: logs.gibibytes + 1, storageClass: storageClass.name },
      ingress: [from('collector', http)],
    })
  }
}
