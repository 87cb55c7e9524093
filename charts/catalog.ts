import { Chart } from 'cdk8s'
import type { Construct } from 'constructs'
import { ShopService } from '../cdk8s/constructs/shop-service.ts'
import type { Settings } from '../cdk8s/settings.ts'
import { namespace } from '../services/shared/contracts/topology.ts'

/** Three replicas, so that one can be ejected and two still answer. */
export class Catalog extends Chart {
  constructor(scope: Construct, settings: Settings) {
    super(scope, 'catalog', { namespace })
    new ShopService(this, 'catalog', { name: 'catalog', settings, resources: { cpu: '100m', memory: '256Mi' } })
  }
}
