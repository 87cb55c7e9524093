import { protoDuration } from './duration.ts'
import type { Json } from './input.ts'
import type { HttpRetry } from './resources/virtual-service.ts'
import { isStatusCode } from './retry-conditions.ts'

/** What istiod renders when a route says nothing of retries. 503 is not among them since 1.24. */
const defaultRetryOn = 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes'

const anotherHost = {
  name: 'envoy.retry_host_predicates.previous_hosts',
  typed_config: { '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate' },
}

/**
 * `retries` → Envoy's retry policy (istio/istio `pilot/pkg/networking/core/route/retry/retry.go`, release 1.31).
 * @returns undefined when retries are switched off (`attempts: 0`)
 */
export function retryPolicy(retries?: HttpRetry): Json | undefined {
  if (retries && !retries.attempts) return undefined
  return {
    num_retries: retries?.attempts ?? 2,
    ...retryConditions(retries?.retryOn),
    ...(retries?.perTryTimeout && { per_try_timeout: protoDuration(retries.perTryTimeout) }),
    ...(retries?.backoff && { retry_back_off: { base_interval: protoDuration(retries.backoff) } }),
    ...(retries?.retryIgnorePreviousHosts !== false && { retry_host_predicate: [anotherHost] }),
    host_selection_retry_max_attempts: 5,
  }
}

/** @param retryOn conditions and status codes; empty means Istio's default */
function retryConditions(retryOn = ''): Json {
  const parts = (retryOn || defaultRetryOn).split(',')
  const codes = parts.filter(isStatusCode).map(Number)
  const names = parts.filter((part) => !isStatusCode(part))
  if (codes.length === 0) return { retry_on: names.join() }
  return { retry_on: [...new Set([...names, 'retriable-status-codes'])].join(), retriable_status_codes: codes }
}
