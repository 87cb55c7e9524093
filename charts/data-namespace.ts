import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { DefaultDeny } from '../cdk8s/constructs/default-deny.ts'
import { ShopChart } from '../cdk8s/constructs/shop-chart.ts'
import type { Settings } from '../cdk8s/settings/settings.ts'
import { dataNamespace } from '../services/shared/contracts/deployment.ts'

/**
 * The namespace of kind's data stores, outside the mesh. Pod Security "baseline", because a volume that belongs to root
 * (host paths do) needs an init container that gives it to the store's user; the stores themselves run restricted.
 */
export class DataNamespace extends ShopChart {
  constructor(scope: Construct, settings: Settings) {
    super(scope, 'data-namespace', settings)
    new k8s.KubeNamespace(this, 'namespace', {
      metadata: {
        name: dataNamespace,
        labels: {
          'app.kubernetes.io/part-of': 'breakwater',
          'istio-injection': 'disabled',
          'pod-security.kubernetes.io/enforce': 'baseline',
          'pod-security.kubernetes.io/warn': 'baseline',
        },
      },
    })
    new DefaultDeny(this, 'default-deny', { namespace: dataNamespace, mesh: false })
  }
}
