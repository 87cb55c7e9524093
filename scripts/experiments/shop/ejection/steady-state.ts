import { setTimeout as delay } from 'node:timers/promises'
import type { Replica } from '../../../access/replica.ts'
import { type Check, equals, within } from '../../../checks/check.ts'
import { type HostStatus, hosts } from '../../../envoy-admin/clusters.ts'
import { enforcedRule, workers } from '../../../envoy-admin/config.ts'
import { outboundCluster } from '../../core/destination.ts'
import { firstReplica } from '../../core/first-replica.ts'
import { samplePeriodMs } from '../../core/timeline.ts'
import { shopDestination, shopWorkload } from '../destinations.ts'
import type { ShopTarget } from '../shop-target.ts'
import { productTraffic } from './traffic.ts'
import type { EjectionConfig } from './verdict.ts'

/**
 * Envoy gathers membership changes that follow another within this time (`update_merge_window`, 1 s): a host that is ejected
 * right after one has returned still gets requests until then.
 */
const mergeWindowMs = 1_000
/** Each ejection in a row lasts one base time longer, and each sweep without one takes that back: enough for three. */
const calmSweeps = 3

/** All replicas take traffic, and no earlier ejection is remembered. */
export async function catalogSteadyState(target: ShopTarget, { declared, rule, replicas }: EjectionConfig): Promise<Check[]> {
  const gateway = await firstReplica(target, shopWorkload('gateway'))
  const traffic = productTraffic(target.gatewayUrl)
  await traffic.send()
  const snapshots = await watchFor(Math.max(mergeWindowMs, declared ? calmSweeps * rule.intervalMs : 0), target, gateway)
  const healthy = snapshots.map((seen) => seen.filter(({ ejected }) => !ejected).length)
  const { consecutiveErrors } = await enforcedRule(target.admin(gateway), outboundCluster(shopDestination('catalog')))
  const live = declared
    ? [equals("failures in a row that eject, in force in the gateway's proxy", rule.consecutiveErrors, consecutiveErrors)]
    : []
  return [
    ...live,
    equals(
      'gateway replicas (each has a proxy that counts and ejects for itself)',
      1,
      (await target.replicas(shopWorkload('gateway'))).length,
    ),
    within('catalog replicas (one is broken, the others answer)', { min: 2 }, replicas),
    equals("fewest catalog hosts that take traffic by the gateway's proxy, for a while", replicas, Math.min(...healthy)),
    equals("worker threads of the gateway's proxy (counts are exact with one)", 1, await workers(target.admin(gateway))),
    equals('GET /v1/products answered whole', 1, traffic.succeeded),
  ]
}

/** Takes snapshots until the time is over, or until one shows an ejected host. */
async function watchFor(ms: number, target: ShopTarget, gateway: Replica): Promise<HostStatus[][]> {
  const endAt = performance.now() + ms
  const snapshots: HostStatus[][] = []
  for (;;) {
    const seen = await hosts(target.admin(gateway), outboundCluster(shopDestination('catalog')))
    snapshots.push(seen)
    if (performance.now() > endAt || seen.some(({ ejected }) => ejected)) return snapshots
    await delay(samplePeriodMs)
  }
}
