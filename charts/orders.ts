import { Chart } from 'cdk8s'
import type { Construct } from 'constructs'
import { ShopService } from '../cdk8s/constructs/shop-service.ts'
import type { Settings } from '../cdk8s/settings.ts'
import { namespace } from '../services/shared/contracts/topology.ts'

/** The order's life: the command side of the saga. */
export class Orders extends Chart {
  constructor(scope: Construct, settings: Settings) {
    super(scope, 'orders', { namespace })
    new ShopService(this, 'orders', { name: 'orders', settings, resources: { cpu: '200m', memory: '256Mi' } })
  }
}
