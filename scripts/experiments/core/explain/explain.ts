import type { Reason } from '../result.ts'
import { blockInForce } from './block-in-force.ts'
import { ejectionReasons } from './ejection-reasons.ts'
import { poolReasons } from './pool-reasons.ts'
import { routeInForce } from './route-in-force.ts'
import { retryReasons, timeoutReasons } from './route-reasons.ts'
import { ruleInForce } from './rule-in-force.ts'
import type { Situation } from './situation.ts'

/**
 * Pure. What in the policy keeps it from doing what the failed checks expected: the field, the arithmetic, and the change that would. Empty when all
 * checks hold, and when the policy is right: then the fault is elsewhere.
 */
export function explain(situation: Situation): readonly Reason[] {
  if (situation.checks.every(({ passed }) => passed)) return []
  const route = routeInForce(situation)
  const rule = ruleInForce(situation)
  const calls = { port: situation.destination.port, subset: route.subset }
  const [pool, detection] = [blockInForce('connectionPool', rule, calls), blockInForce('outlierDetection', rule, calls)]
  switch (situation.judged) {
    case 'pool':
      return [...poolReasons(situation, pool), ...pool.overridden]
    case 'ejection':
      return [...ejectionReasons(situation, detection, route), ...detection.overridden]
    case 'retry':
      return retryReasons(situation, route, pool)
    case 'hung':
      return [...poolReasons(situation, pool), ...pool.overridden, ...timeoutReasons(situation, route)]
    case 'timeout':
      return timeoutReasons(situation, route)
  }
}
