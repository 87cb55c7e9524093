import { setTimeout as delay } from 'node:timers/promises'
import type { Replica } from '../../../access/replica.ts'
import { type Check, equals, within } from '../../../checks/check.ts'
import { type HostStatus, hosts } from '../../../envoy-admin/clusters.ts'
import { enforcedRule, workers } from '../../../envoy-admin/config.ts'
import { type Destination, outboundCluster } from '../destination.ts'
import { ofCaller } from '../of-caller.ts'
import type { Target } from '../target.ts'
import { samplePeriodMs } from '../timeline.ts'
import type { Traffic } from '../traffic.ts'
import type { EjectionConfig } from './verdict.ts'

/**
 * Envoy gathers membership changes that follow another within this time (`update_merge_window`, 1 s): a host that is ejected
 * right after one has returned still gets requests until then.
 */
export const mergeWindowMs = 1_000
/** Each ejection in a row lasts one base time longer, and each sweep without one takes that back: enough for three. */
const calmSweeps = 3

/** All replicas take traffic of every caller, and no earlier ejection is remembered. */
export async function ejectionSteadyState<T extends Target>(
  target: T,
  {
    destination,
    callers,
    traffic,
  }: { readonly destination: Destination; readonly callers: readonly Replica[]; readonly traffic: Traffic<T> },
  { declared, rule, replicas }: Pick<EjectionConfig, 'declared' | 'rule' | 'replicas'>,
): Promise<Check[]> {
  const cluster = outboundCluster(destination)
  const forMs = Math.max(mergeWindowMs, declared ? calmSweeps * rule.intervalMs : 0)
  const ofOne = async (caller: Replica): Promise<Check[]> => {
    const admin = target.admin(caller)
    const answered = await traffic.send(target, caller)
    const snapshots = await watchFor(forMs, () => hosts(admin, cluster))
    const healthy = snapshots.map((seen) => seen.filter(({ ejected }) => !ejected).length)
    const { consecutiveErrors } = await enforcedRule(admin, cluster)
    const proxy = `${caller.workload}'s proxy`
    return [
      ...(declared ? [equals(`failures in a row that eject, in force in the ${proxy}`, rule.consecutiveErrors, consecutiveErrors)] : []),
      equals(`fewest ${destination.service} hosts that take traffic by the ${proxy}, for a while`, replicas, Math.min(...healthy)),
      equals(`worker threads of the ${proxy} (counts are exact with one)`, 1, await workers(admin)),
      equals(`${traffic.name} answered whole`, true, answered),
    ]
  }
  const each = await Promise.all(callers.map(async (caller) => ofCaller(caller.name, callers.length === 1, await ofOne(caller))))
  return [
    within(`${destination.service} replicas (one is broken, the others answer)`, { min: 2 }, replicas),
    within('callers', { min: 1 }, callers.length),
    ...each.flat(),
  ]
}

/** Takes snapshots until the time is over, or until one shows an ejected host. */
async function watchFor(ms: number, ask: () => Promise<HostStatus[]>): Promise<HostStatus[][]> {
  const endAt = performance.now() + ms
  const snapshots: HostStatus[][] = []
  for (;;) {
    const seen = await ask()
    snapshots.push(seen)
    if (performance.now() > endAt || seen.some(({ ejected }) => ejected)) return snapshots
    await delay(samplePeriodMs)
  }
}
