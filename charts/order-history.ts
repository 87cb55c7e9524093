import { Chart } from 'cdk8s'
import type { Construct } from 'constructs'
import { ShopService } from '../cdk8s/constructs/shop-service.ts'
import type { Settings } from '../cdk8s/settings.ts'
import { namespace } from '../services/shared/contracts/topology.ts'

/** The read model; its database is PostgreSQL in a cluster and PGlite on the laptop. */
export class OrderHistory extends Chart {
  constructor(scope: Construct, settings: Settings) {
    super(scope, 'order-history', { namespace })
    new ShopService(this, 'order-history', { name: 'order-history', settings, resources: { cpu: '200m', memory: '768Mi' } })
  }
}
