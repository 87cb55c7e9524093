import type { Host, Replica } from '../../../access/replica.ts'
import { type PoolLimits, poolLimits, poolLimitsOrLeast } from '../destination-rule.ts'
import type { Calls } from '../explain/layered-rule.ts'
import type { PolicyObject } from '../policy-object.ts'
import type { RouteRule } from '../route/route-rule.ts'

/** What the rules of a service promise those who call it while it hangs. */
export interface HungRule extends PoolLimits {
  /** False when the DestinationRule sets no pool limits, or the route no time-out: then nothing can be claimed, and the verdict fails. */
  readonly declared: boolean
  /** Of a call with its retries, and of each try. */
  readonly timeoutMs: number
  readonly tryMs: number
  /** Replicas of the service: beyond the limit each may have one connection, or nobody could reach it. */
  readonly hosts: number
  /** Names of the replicas that call, each with a pool of its own. */
  readonly callers: readonly string[]
}

/** Of a route without a time-out: the run goes by it, and shows that nothing ends a call. */
const asIfMs = 1_000

/** A DestinationRule and a route, with who calls whom → what is to be seen. */
export function hungRule(
  rule: PolicyObject | undefined,
  { timeoutMs, perTryMs }: Pick<RouteRule, 'timeoutMs' | 'perTryMs'>,
  calls: Calls,
  { hosts, callers }: { readonly hosts: readonly Host[]; readonly callers: readonly Replica[] },
): HungRule {
  const withinMs = timeoutMs ?? asIfMs
  return {
    declared: poolLimits(rule, calls) !== undefined && timeoutMs !== undefined,
    ...poolLimitsOrLeast(rule, calls),
    timeoutMs: withinMs,
    tryMs: Math.min(withinMs, perTryMs ?? withinMs),
    hosts: hosts.length,
    callers: callers.map(({ name }) => name),
  }
}
