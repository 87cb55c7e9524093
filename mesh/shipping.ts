import { defaultConnectionPool, defaultOutlierDetection, retryReads } from './constructs/defaults.ts'
import type { PolicyFor } from './constructs/destination-policy.ts'

/** A quote is a nicety of a product page: a slow answer is worth less than none. */
export const shipping: PolicyFor = (replicas) => ({
  breaker: { connectionPool: defaultConnectionPool, outlierDetection: defaultOutlierDetection(replicas) },
  route: { timeout: '1500ms', retries: retryReads },
  methods: ['GET'],
})
