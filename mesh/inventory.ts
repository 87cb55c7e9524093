import { defaultConnectionPool, defaultOutlierDetection, retryReads } from './constructs/defaults.ts'
import type { PolicyFor } from './constructs/destination-policy.ts'

/**
 * Availability is a nicety of a product page: a slow answer is worth less than none. So its pool is a small part of what the gateway may
 * have in flight: an inventory that hangs fills that, and leaves the rest to everybody else. It answers in a few milliseconds, so that
 * thousands of pages a second fit into it.
 */
export const inventory: PolicyFor = (replicas) => ({
  breaker: {
    connectionPool: {
      tcp: { ...defaultConnectionPool.tcp, maxConnections: 16 },
      http: { ...defaultConnectionPool.http, http1MaxPendingRequests: 16 },
    },
    outlierDetection: defaultOutlierDetection(replicas),
  },
  route: { timeout: '1500ms', retries: retryReads },
  methods: ['GET'],
})
