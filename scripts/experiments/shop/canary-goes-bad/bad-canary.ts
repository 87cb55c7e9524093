import type { Host } from '../../../access/replica.ts'
import type { Action, Rollback } from '../../core/action.ts'
import { outboundCluster } from '../../core/destination.ts'
import { withoutOutlierDetection } from '../../core/destination-rule.ts'
import { abortRequests } from '../../core/http-fault.ts'
import { changePolicy } from '../../core/policy-change.ts'
import { shopDestination, shopWorkload } from '../destinations.ts'
import type { ShopTarget } from '../shop-target.ts'

const destination = shopDestination('catalog')
const rule = { kind: 'DestinationRule', namespace: destination.namespace, name: 'catalog' } as const
/** The stable version and the canary. */
export const versions = ['v1', 'v2'] as const
const [, canary] = versions
/** Counts for `consecutive5xxErrors` only, and the route sends it again. */
const status = 500

/** A version's own cluster in a caller's proxy: each has a breaker of its own. */
export const versionCluster = (subset: (typeof versions)[number]): string => outboundCluster({ ...destination, subset })

/** Replicas that are not those of the stable version. @throws Error unless there are two */
export async function canaryHosts(target: ShopTarget, stable: readonly string[]): Promise<readonly [Host, Host]> {
  const [one, other] = (await target.hosts(destination)).filter(({ name }) => !stable.includes(name))
  if (one === undefined || other === undefined) throw new Error('the canary does not have two replicas')
  return [one, other]
}

/** This replica of the canary answers errors until it is gone. */
export const goesBad = (target: ShopTarget, host: Host): Action => abortRequests(target, host, { status })

/**
 * A canary takes its share, and the first of its replicas answers errors. Taking the split back ends its replicas, and with them all faults
 * in their proxies.
 */
export function badCanary(
  target: ShopTarget,
  { percent, stable, ejection }: { readonly percent: number; readonly stable: readonly string[]; readonly ejection: boolean },
): Action {
  let restore: Rollback = async () => {}
  return {
    description: 'the traffic split of catalog',
    apply: async () => {
      await target.splitTraffic(destination.service, { subset: canary, percent })
      if (!ejection) {
        const inForce = await target.policy(rule)
        const affected = (await target.replicas(shopWorkload('gateway'))).flatMap((proxy) =>
          versions.map((version) => ({ proxy, cluster: versionCluster(version) })),
        )
        const change = await changePolicy(target, { ...rule, to: inForce && withoutOutlierDetection(inForce), affected })
        restore = change.rollback
        await change.apply()
      }
      const [first] = await canaryHosts(target, stable)
      await goesBad(target, first).apply()
    },
    rollback: async () => {
      // Its policy would hide the one that takes the split back.
      await restore()
      restore = async () => {}
      await target.splitTraffic(destination.service, undefined)
    },
  }
}
