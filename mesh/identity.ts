import { defaultConnectionPool, defaultOutlierDetection, retryReads } from './constructs/defaults.ts'
import type { PolicyFor } from './constructs/destination-policy.ts'

/** Its keys are read now and then, and nobody waits for them unless they are new. */
export const identity: PolicyFor = (replicas) => ({
  breaker: { connectionPool: defaultConnectionPool, outlierDetection: defaultOutlierDetection(replicas) },
  route: { timeout: '1s', retries: retryReads },
  methods: ['GET'],
})
