import type { HostStatus } from '../envoy-admin/clusters.ts'
import type { BreakerState } from './breaker.ts'

/** The host's state after `before`: probation lasts from the return until a success is counted. */
export function hostState(before: { state: BreakerState; succeeded: number } | undefined, now: HostStatus): BreakerState {
  if (now.ejected) return 'ejected'
  const returned = before?.state === 'ejected' || before?.state === 'probation'
  return returned && now.succeeded <= before.succeeded ? 'probation' : 'closed'
}
