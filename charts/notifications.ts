import { Chart } from 'cdk8s'
import type { Construct } from 'constructs'
import { ShopService } from '../cdk8s/constructs/shop-service.ts'
import type { Settings } from '../cdk8s/settings.ts'
import { namespace } from '../services/shared/contracts/topology.ts'

/** Listens only: its Service exists for probes and metrics. */
export class Notifications extends Chart {
  constructor(scope: Construct, settings: Settings) {
    super(scope, 'notifications', { namespace })
    new ShopService(this, 'notifications', { name: 'notifications', settings, resources: { cpu: '50m', memory: '256Mi' } })
  }
}
