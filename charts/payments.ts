import { Chart } from 'cdk8s'
import type { Construct } from 'constructs'
import { ShopService } from '../cdk8s/constructs/shop-service.ts'
import type { Settings } from '../cdk8s/settings.ts'
import { namespace } from '../services/shared/contracts/topology.ts'

/** Reached by events only, except for credit queries. */
export class Payments extends Chart {
  constructor(scope: Construct, settings: Settings) {
    super(scope, 'payments', { namespace })
    new ShopService(this, 'payments', { name: 'payments', settings, resources: { cpu: '100m', memory: '256Mi' } })
  }
}
