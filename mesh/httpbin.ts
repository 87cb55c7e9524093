import type { Construct } from 'constructs'
import type { Settings } from '../cdk8s/settings.ts'
import { CalleePolicy } from './constructs/callee.ts'

/**
 * The rule this project started from, for the pool experiment. Its `consecutiveErrors: 2` is called `consecutive5xxErrors` today.
 * No retries, because a retry would take the one place in the pool from somebody else and blur the count.
 */
export class HttpbinPolicy extends CalleePolicy {
  constructor(scope: Construct, settings: Settings) {
    super(scope, settings, {
      callee: 'httpbin',
      breaker: {
        pool: { maxConnections: 1, http1MaxPendingRequests: 1, maxRequestsPerConnection: 1 },
        ejection: { consecutive5xxErrors: 2, interval: '1s', baseEjectionTime: '30s', maxEjectionPercent: 100 },
      },
      // Longer than a latch may hold a request.
      route: { timeout: '60s' },
      methods: ['GET'],
    })
  }
}
