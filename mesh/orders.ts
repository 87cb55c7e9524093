import type { Construct } from 'constructs'
import type { Settings } from '../cdk8s/settings.ts'
import { CalleePolicy } from './constructs/callee.ts'
import { defaultEjection, generousPool } from './constructs/defaults.ts'

/** Commands only, so nothing is retried here: a client repeats an order itself, under the same Idempotency-Key. */
export class OrdersPolicy extends CalleePolicy {
  constructor(scope: Construct, settings: Settings) {
    super(scope, settings, {
      callee: 'orders',
      breaker: { pool: generousPool, ejection: defaultEjection('orders', settings) },
      // orders waits up to 2 s for its own answer before it says "accepted, look later"; gateway gives up after 3 s.
      route: { timeout: '2500ms' },
      methods: ['POST'],
    })
  }
}
