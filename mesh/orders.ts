import { defaultConnectionPool, defaultOutlierDetection } from './constructs/defaults.ts'
import type { PolicyFor } from './constructs/destination-policy.ts'

/** Commands only, so nothing is retried here: a client repeats an order itself, under the same Idempotency-Key. */
export const orders: PolicyFor = (replicas) => ({
  breaker: { connectionPool: defaultConnectionPool, outlierDetection: defaultOutlierDetection(replicas) },
  // orders waits up to 2 s for its own answer before it says "accepted, look later"; gateway gives up after 3 s.
  route: { timeout: '2500ms' },
  methods: ['POST'],
})
