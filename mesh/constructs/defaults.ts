import { replicasOf, type Settings } from '../../cdk8s/settings.ts'
import type { WorkloadName } from '../../services/shared/contracts/topology.ts'
import type { Ejection, Pool } from './breaker-rules.ts'
import type { Retries } from './route.ts'

/** Wide enough for any load of ours, yet a bound: a callee that hangs costs each caller this much and no more. */
export const generousPool: Pool = {
  maxConnections: 256,
  connectTimeout: '1s',
  http1MaxPendingRequests: 256,
  http2MaxRequests: 512,
  maxRetries: 16,
}

/**
 * Of one replica all: when it is ejected nobody is left, and callers are answered 503 `UH` at once.
 * That is the open circuit: a caller degrades in a millisecond instead of waiting for its timeout.
 * Of more at most half, so that who fails together (their database is away) still leaves somebody to ask.
 * The time grows with each ejection in a row (5 s, 10 s, …), so the count is high enough not to trip on a few unlucky requests.
 */
export const defaultEjection = (callee: WorkloadName, settings: Settings): Ejection => ({
  consecutive5xxErrors: 5,
  interval: '1s',
  baseEjectionTime: '5s',
  maxEjectionPercent: replicasOf(callee, settings).least === 1 ? 100 : 50,
})

/** Another replica, or the same one a moment later, may well answer a read. */
export const retryReads: Retries = { attempts: 2, perTryTimeout: '800ms', retryOn: '5xx,connect-failure,refused-stream' }
