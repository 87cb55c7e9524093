import type { Action } from '../action.ts'
import type { Workload } from '../destination.ts'
import { changePolicy } from '../policy-change.ts'
import type { Target } from '../target.ts'
import { type RouteReference, withoutTimeout } from './route-rule.ts'

/** Takes the time-out and the retries of a route away, for all replicas of a caller: nothing ends a call then but its answer. */
export async function withoutTimeoutOf(
  target: Target,
  { route, caller }: { readonly route: RouteReference; readonly caller: Workload },
): Promise<Action> {
  const [inForce, callers] = await Promise.all([target.policy(route), target.replicas(caller)])
  const affected = callers.map((proxy) => ({ proxy, part: 'routes' as const }))
  return changePolicy(target, { ...route, to: inForce && withoutTimeout(inForce, route.index), affected })
}
