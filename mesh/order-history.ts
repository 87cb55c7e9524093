import { defaultConnectionPool, defaultOutlierDetection, retryReads } from './constructs/defaults.ts'
import type { PolicyFor } from './constructs/destination-policy.ts'

/**
 * Longer than a product page waits, because a fresh order may be half a second behind in the read model;
 * much longer for who asks to be kept waiting for it, for at most 8 s (`services/shared/runtime/http/prefer.ts`).
 */
export const orderHistory: PolicyFor = (replicas) => ({
  breaker: { connectionPool: defaultConnectionPool, outlierDetection: defaultOutlierDetection(replicas) },
  route: { timeout: '2s', retries: retryReads, longPollTimeout: '9500ms' },
  methods: ['GET'],
})
