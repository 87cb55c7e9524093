import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { DefaultDeny } from '../../cdk8s/constructs/default-deny.ts'
import { ShopChart } from '../../cdk8s/constructs/shop-chart.ts'
import type { Settings } from '../../cdk8s/settings/settings.ts'
import { nodeLogsNamespace, observabilityNamespace } from '../../services/shared/contracts/deployment.ts'

/**
 * Two namespaces outside of the mesh. Who reads logs where the node keeps them needs a host path, which Pod Security allows only in
 * "privileged": that pod has a namespace of its own. In the other one, "baseline" lets an init container give a volume to its user; all
 * else runs restricted.
 */
export class ObservabilityNamespaces extends ShopChart {
  constructor(scope: Construct, settings: Settings) {
    super(scope, 'observability-namespaces', settings)
    this.ofLevel(observabilityNamespace, 'baseline')
    this.ofLevel(nodeLogsNamespace, 'privileged')
  }

  private ofLevel(name: string, level: 'baseline' | 'privileged'): void {
    new k8s.KubeNamespace(this, name, {
      metadata: {
        name,
        labels: {
          'app.kubernetes.io/part-of': 'breakwater',
          'istio-injection': 'disabled',
          'pod-security.kubernetes.io/enforce': level,
          'pod-security.kubernetes.io/warn': level,
        },
      },
    })
    new DefaultDeny(this, `${name}-default-deny`, { namespace: name, mesh: false })
  }
}
