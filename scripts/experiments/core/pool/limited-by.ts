import type { Host, Replica } from '../../../access/replica.ts'
import { type Destination, inboundCluster, outboundCluster, type Workload } from '../destination.ts'
import { connectionPool } from '../destination-rule.ts'
import type { Affected } from '../policy-change.ts'
import type { PolicyObject, PolicyReference } from '../policy-object.ts'

/**
 * The proxies that a DestinationRule's `connectionPool` limits: those of the callers, and the hosts' own towards their app, unless the rule is the
 * caller's alone because it lies in the caller's namespace. (What a rule says for a subset is for callers only.)
 * @param inForce the rule
 */
export function limitedBy(
  rule: PolicyReference,
  inForce: PolicyObject | undefined,
  { destination, caller }: { readonly destination: Destination; readonly caller: Workload },
  { callers, hosts }: { readonly callers: readonly Replica[]; readonly hosts: readonly Host[] },
): Affected[] {
  const isCallersAlone = rule.namespace === caller.namespace && caller.namespace !== destination.namespace
  const isOfHosts = !isCallersAlone && connectionPool(inForce, { port: destination.port }) !== undefined
  return [
    ...callers.map((proxy) => ({ proxy, cluster: outboundCluster(destination) })),
    ...(isOfHosts ? hosts.map((proxy) => ({ proxy, cluster: inboundCluster(proxy) })) : []),
  ]
}
