import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { DefaultDeny } from '../cdk8s/constructs/default-deny.ts'
import { ShopChart } from '../cdk8s/constructs/shop-chart.ts'
import type { Settings } from '../cdk8s/settings/settings.ts'
import { namespace } from '../services/shared/contracts/topology.ts'

/** The shop's namespace: sidecars injected, Pod Security "restricted" enforced (Istio's CNI plugin makes both possible at once). */
export class Namespace extends ShopChart {
  constructor(scope: Construct, settings: Settings) {
    super(scope, 'namespace', settings)
    new k8s.KubeNamespace(this, 'namespace', {
      metadata: {
        name: namespace,
        labels: {
          'app.kubernetes.io/part-of': 'breakwater',
          'istio-injection': 'enabled',
          'pod-security.kubernetes.io/enforce': 'restricted',
        },
      },
    })
    new DefaultDeny(this, 'default-deny', { namespace, mesh: true })
  }
}
