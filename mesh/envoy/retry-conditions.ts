import { STATUS_CODES } from 'node:http'

/** Envoy's `x-envoy-retry-on` and `x-envoy-retry-grpc-on`, as far as Istio takes them (istio/istio `pkg/config/validation/agent`). */
const conditions = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'envoy-ratelimited',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
])

/** Istio lets status codes stand among the conditions. Node alone knows 509. */
export const isStatusCode = (text: string): boolean => /^[1-5]\d\d$/.test(text) && text in STATUS_CODES && text !== '509'

/** `retryOn` → why it is refused; undefined when it is not. Blanks count: Istio takes none. */
export function retryOnFault(retryOn: string): string | undefined {
  const wrong = retryOn === '' ? undefined : retryOn.split(',').find((part) => !conditions.has(part) && !isStatusCode(part))
  return wrong === undefined ? undefined : `has "${wrong}", which is neither a retry condition of Envoy nor a status code`
}
