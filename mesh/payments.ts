import type { Construct } from 'constructs'
import type { Settings } from '../cdk8s/settings.ts'
import { CalleePolicy } from './constructs/callee.ts'
import { defaultEjection, generousPool, retryReads } from './constructs/defaults.ts'

/** Credit queries only: authorisations travel as events. Nobody calls it through the mesh yet, so nobody may. */
export class PaymentsPolicy extends CalleePolicy {
  constructor(scope: Construct, settings: Settings) {
    super(scope, settings, {
      callee: 'payments',
      breaker: { pool: generousPool, ejection: defaultEjection('payments', settings) },
      route: { timeout: '1500ms', retries: retryReads },
    })
  }
}
