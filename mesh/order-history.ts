import type { Construct } from 'constructs'
import type { Settings } from '../cdk8s/settings.ts'
import { CalleePolicy } from './constructs/callee.ts'
import { defaultEjection, generousPool, retryReads } from './constructs/defaults.ts'

/**
 * Longer than a product page waits, because a fresh order may be half a second behind in the read model;
 * much longer for who asks to be kept waiting for it, for at most 8 s (`services/shared/runtime/http/prefer.ts`).
 */
export class OrderHistoryPolicy extends CalleePolicy {
  constructor(scope: Construct, settings: Settings) {
    super(scope, settings, {
      callee: 'order-history',
      breaker: { pool: generousPool, ejection: defaultEjection('order-history', settings) },
      route: { timeout: '2s', retries: retryReads, patience: '9500ms' },
      methods: ['GET'],
    })
  }
}
