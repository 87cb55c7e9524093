import { refusals } from '../../../breaker-watch/pool-statistics.ts'
import type { ClusterStats } from '../../../envoy-admin/stats.ts'
import { policies } from '../../core/matrix-schema.ts'

export type Policy = (typeof policies)[number]

/** How often each policy has acted. */
export type Acts = Readonly<Record<Policy, number>>

/** The counters of the caller's proxy that say so. */
export const counters: Readonly<Record<Policy, string>> = {
  'pool-limit': 'upstream_rq_pending_overflow + upstream_rq_active_overflow',
  ejection: 'outlier_detection.ejections_enforced_total',
  retry: 'upstream_rq_retry',
  timeout: 'upstream_rq_timeout',
}

export function actsOf(stats: ClusterStats): Acts {
  const of = (policy: Policy) => stats.get(counters[policy]) ?? 0
  return { 'pool-limit': refusals(stats), ejection: of('ejection'), retry: of('retry'), timeout: of('timeout') }
}

export const actsBetween = (before: Acts, after: Acts): Acts => byPolicy((policy) => after[policy] - before[policy])

export const byPolicy = <Value>(value: (policy: Policy) => Value): Readonly<Record<Policy, Value>> =>
  Object.fromEntries(policies.map((policy) => [policy, value(policy)])) as Record<Policy, Value>
