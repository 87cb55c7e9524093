import { defaultConnectionPool, retryReads } from './constructs/defaults.ts'
import type { PolicyFor } from './constructs/destination-policy.ts'

/** Three replicas: 50 % lets one be ejected (33 %) and never two (67 %). Retries send a reader to another replica meanwhile. */
export const catalog: PolicyFor = () => ({
  breaker: {
    connectionPool: defaultConnectionPool,
    outlierDetection: { consecutive5xxErrors: 3, interval: '1s', baseEjectionTime: '5s', maxEjectionPercent: 50 },
  },
  route: { timeout: '2s', retries: retryReads },
  methods: ['GET'],
})
