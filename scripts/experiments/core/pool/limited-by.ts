import type { Host, Replica } from '../../../access/replica.ts'
import { type Destination, inboundCluster, outboundCluster, type Workload } from '../destination.ts'
import type { Affected } from '../policy-change.ts'
import type { PolicyReference } from '../policy-object.ts'

/**
 * The proxies that a DestinationRule's `connectionPool` limits: those of the callers, and the hosts' own towards their app, unless the rule is the
 * caller's alone because it lies in the caller's namespace.
 */
export function limitedBy(
  rule: PolicyReference,
  { destination, caller }: { readonly destination: Destination; readonly caller: Workload },
  { callers, hosts }: { readonly callers: readonly Replica[]; readonly hosts: readonly Host[] },
): Affected[] {
  const isCallersAlone = rule.namespace === caller.namespace && caller.namespace !== destination.namespace
  return [
    ...callers.map((proxy) => ({ proxy, cluster: outboundCluster(destination) })),
    ...(isCallersAlone ? [] : hosts.map((proxy) => ({ proxy, cluster: inboundCluster(proxy) }))),
  ]
}
