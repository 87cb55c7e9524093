/**
 * The gauges of a cluster's breaker (`circuit_breakers.default.<name>`) that are 1 while the proxy refuses requests. `cx_open` is none of them: at the
 * limit of connections the next request waits for one, and only too many that wait are refused.
 */
export const refusingLimits = ['rq_pending_open', 'rq_open'] as const
