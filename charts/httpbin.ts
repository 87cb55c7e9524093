import { Chart } from 'cdk8s'
import type { Construct } from 'constructs'
import { ShopService } from '../cdk8s/constructs/shop-service.ts'
import type { Settings } from '../cdk8s/settings.ts'
import { namespace } from '../services/shared/contracts/topology.ts'

/** Where latches are released. In no Service, because the breaker under test also limits what its sidecar lets in. */
const controlPort = 8081

/** The latched upstream of the pool experiment. */
export class Httpbin extends Chart {
  constructor(scope: Construct, settings: Settings) {
    super(scope, 'httpbin', { namespace })
    new ShopService(this, 'httpbin', {
      name: 'httpbin',
      settings,
      resources: { cpu: '50m', memory: '192Mi' },
      env: [{ name: 'CONTROL_PORT', value: String(controlPort) }],
      privatePorts: [{ name: 'control', containerPort: controlPort }],
    })
  }
}
