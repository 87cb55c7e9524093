import { Chart } from 'cdk8s'
import type { Construct } from 'constructs'
import { ShopDeployment } from '../cdk8s/constructs/shop-deployment.ts'
import { ShopService } from '../cdk8s/constructs/shop-service.ts'
import type { Settings } from '../cdk8s/settings.ts'
import { namespace } from '../services/shared/contracts/topology.ts'

/** Three replicas, so that one can be ejected and two still answer; and a version to come, without pods until `npx breakwater traffic split` gives it traffic. */
export class Catalog extends Chart {
  constructor(scope: Construct, settings: Settings) {
    super(scope, 'catalog', { namespace })
    const props = { name: 'catalog', settings, resources: { cpu: '100m', memory: '256Mi' } } as const
    new ShopService(this, 'catalog', props)
    // On the laptop another version would cost every start a process and a proxy.
    if (settings.cluster) new ShopDeployment(this, 'v2', { ...props, version: 'v2', replicas: 0 })
  }
}
