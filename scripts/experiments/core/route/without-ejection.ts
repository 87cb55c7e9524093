import { type Action, nothingToDo } from '../action.ts'
import { type Destination, outboundCluster, type Workload } from '../destination.ts'
import { ejectionRule, withoutOutlierDetection } from '../destination-rule.ts'
import { changePolicy } from '../policy-change.ts'
import type { PolicyReference } from '../policy-object.ts'
import type { Target } from '../target.ts'

/** Takes ejection away while something else is judged: who is ejected gets no request, and what a route does with its failures cannot be seen. */
export async function withoutEjection(
  target: Target,
  { rule, destination, caller }: { readonly rule: PolicyReference; readonly destination: Destination; readonly caller: Workload },
): Promise<Action> {
  const inForce = await target.policy(rule)
  if (inForce === undefined || ejectionRule(inForce, destination) === undefined) return nothingToDo
  const affected = (await target.replicas(caller)).map((proxy) => ({ proxy, cluster: outboundCluster(destination) }))
  return changePolicy(target, { ...rule, to: withoutOutlierDetection(inForce), affected })
}
