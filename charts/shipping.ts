import { Chart } from 'cdk8s'
import type { Construct } from 'constructs'
import { ShopService } from '../cdk8s/constructs/shop-service.ts'
import type { Settings } from '../cdk8s/settings.ts'
import { namespace } from '../services/shared/contracts/topology.ts'

/** Shipments and quotes. */
export class Shipping extends Chart {
  constructor(scope: Construct, settings: Settings) {
    super(scope, 'shipping', { namespace })
    new ShopService(this, 'shipping', { name: 'shipping', settings, resources: { cpu: '100m', memory: '256Mi' } })
  }
}
