import { Chart } from 'cdk8s'
import type { Construct } from 'constructs'
import { ShopService } from '../cdk8s/constructs/shop-service.ts'
import type { Settings } from '../cdk8s/settings.ts'
import { namespace } from '../services/shared/contracts/topology.ts'

/** The caller of experiments. */
export class Probe extends Chart {
  constructor(scope: Construct, settings: Settings) {
    super(scope, 'probe', { namespace })
    new ShopService(this, 'probe', { name: 'probe', settings, resources: { cpu: '50m', memory: '192Mi' } })
  }
}
