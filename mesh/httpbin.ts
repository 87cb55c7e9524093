import type { PolicyFor } from './constructs/destination-policy.ts'

/**
 * The rule this project started from, for the pool experiment. Its `consecutiveErrors: 2` is called `consecutive5xxErrors` today.
 * No retries, because a retry would take the one place in the pool from somebody else and blur the count.
 */
export const httpbin: PolicyFor = () => ({
  breaker: {
    connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1, maxRequestsPerConnection: 1 } },
    outlierDetection: { consecutive5xxErrors: 2, interval: '1s', baseEjectionTime: '30s', maxEjectionPercent: 100 },
  },
  // Longer than a latch may hold a request.
  route: { timeout: '60s' },
  methods: ['GET'],
})
