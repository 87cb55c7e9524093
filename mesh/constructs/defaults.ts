import type { Replicas } from '../../cdk8s/workloads.ts'
import type { ConnectionPool } from '../envoy/resources/destination-rule.ts'
import type { Ejection } from './breaker-rules.ts'
import type { Retries } from './route.ts'

/** Wide enough for any load of ours, yet a bound: a destination that hangs costs each caller this much and no more. */
export const defaultConnectionPool: ConnectionPool = {
  tcp: { maxConnections: 256, connectTimeout: '1s' },
  http: { http1MaxPendingRequests: 256, http2MaxRequests: 512, maxRetries: 16 },
}

/**
 * Of one replica all: when it is ejected nobody is left, and callers are answered 503 `UH` at once.
 * That is the open circuit: a caller degrades in a millisecond instead of waiting for its timeout.
 * Of more at most half, so that who fails together (their database is away) still leaves somebody to ask.
 * The time grows with each ejection in a row (5 s, 10 s, …), so the count is high enough not to trip on a few unlucky requests.
 */
export const defaultOutlierDetection = ({ least }: Replicas): Ejection => ({
  consecutive5xxErrors: 5,
  interval: '1s',
  baseEjectionTime: '5s',
  maxEjectionPercent: least === 1 ? 100 : 50,
})

/** Another replica, or the same one a moment later, may well answer a read. */
export const retryReads: Retries = { attempts: 2, perTryTimeout: '800ms', retryOn: '5xx,connect-failure,refused-stream' }
