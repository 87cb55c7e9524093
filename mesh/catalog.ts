import type { Construct } from 'constructs'
import type { Settings } from '../cdk8s/settings.ts'
import { CalleePolicy } from './constructs/callee.ts'
import { generousPool, retryReads } from './constructs/defaults.ts'

/** Three replicas: 50 % lets one be ejected (33 %) and never two (67 %). Retries send a reader to another replica meanwhile. */
export class CatalogPolicy extends CalleePolicy {
  constructor(scope: Construct, settings: Settings) {
    super(scope, settings, {
      callee: 'catalog',
      breaker: {
        pool: generousPool,
        ejection: { consecutive5xxErrors: 3, interval: '1s', baseEjectionTime: '5s', maxEjectionPercent: 50 },
      },
      route: { timeout: '2s', retries: retryReads },
      methods: ['GET'],
    })
  }
}
