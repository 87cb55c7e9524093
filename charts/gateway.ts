import { Chart } from 'cdk8s'
import type { Construct } from 'constructs'
import { ShopService } from '../cdk8s/constructs/shop-service.ts'
import type { Settings } from '../cdk8s/settings.ts'
import { namespace } from '../services/shared/contracts/topology.ts'

/** The one workload that the ingress reaches. */
export class Gateway extends Chart {
  constructor(scope: Construct, settings: Settings) {
    super(scope, 'gateway', { namespace })
    new ShopService(this, 'gateway', { name: 'gateway', settings, resources: { cpu: '200m', memory: '256Mi' } })
  }
}
