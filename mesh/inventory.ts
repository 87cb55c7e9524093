import { defaultConnectionPool, defaultOutlierDetection, retryReads } from './constructs/defaults.ts'
import type { PolicyFor } from './constructs/destination-policy.ts'

/** Availability is a nicety of a product page: a slow answer is worth less than none. */
export const inventory: PolicyFor = (replicas) => ({
  breaker: { connectionPool: defaultConnectionPool, outlierDetection: defaultOutlierDetection(replicas) },
  route: { timeout: '1500ms', retries: retryReads },
  methods: ['GET'],
})
