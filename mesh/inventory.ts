import type { Construct } from 'constructs'
import type { Settings } from '../cdk8s/settings.ts'
import { CalleePolicy } from './constructs/callee.ts'
import { defaultEjection, generousPool, retryReads } from './constructs/defaults.ts'

/** Availability is a nicety of a product page: a slow answer is worth less than none. */
export class InventoryPolicy extends CalleePolicy {
  constructor(scope: Construct, settings: Settings) {
    super(scope, settings, {
      callee: 'inventory',
      breaker: { pool: generousPool, ejection: defaultEjection('inventory', settings) },
      route: { timeout: '1500ms', retries: retryReads },
      methods: ['GET'],
    })
  }
}
