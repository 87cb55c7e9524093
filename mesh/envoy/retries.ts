import { protoDuration } from './duration.ts'
import type { Json } from './input.ts'
import type { HttpRetry } from './resources.ts'

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

/** Istio lets status codes stand among the conditions. */
function retryConditions(retryOn = defaultRetryOn): Json {
  const parts = retryOn.split(',').map((part) => part.trim())
  const codes = parts.filter((part) => /^[0-9]{3}$/.test(part)).map(Number)
  const names = parts.filter((part) => part !== '' && !/^[0-9]{3}$/.test(part))
  if (codes.length === 0) return { retry_on: names.join() }
  return { retry_on: [...new Set([...names, 'retriable-status-codes'])].join(), retriable_status_codes: codes }
}
