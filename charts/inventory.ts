import { Chart } from 'cdk8s'
import type { Construct } from 'constructs'
import { ShopService } from '../cdk8s/constructs/shop-service.ts'
import type { Settings } from '../cdk8s/settings.ts'
import { namespace } from '../services/shared/contracts/topology.ts'

/** Stock per SKU. */
export class Inventory extends Chart {
  constructor(scope: Construct, settings: Settings) {
    super(scope, 'inventory', { namespace })
    new ShopService(this, 'inventory', { name: 'inventory', settings, resources: { cpu: '100m', memory: '256Mi' } })
  }
}
