import { defaultConnectionPool, defaultOutlierDetection, retryReads } from './constructs/defaults.ts'
import type { PolicyFor } from './constructs/destination-policy.ts'

/** Credit queries only: authorisations travel as events. Nobody calls it through the mesh yet, so nobody may. */
export const payments: PolicyFor = (replicas) => ({
  breaker: { connectionPool: defaultConnectionPool, outlierDetection: defaultOutlierDetection(replicas) },
  route: { timeout: '1500ms', retries: retryReads },
})
