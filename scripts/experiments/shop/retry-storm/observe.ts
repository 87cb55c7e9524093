import { setTimeout as delay } from 'node:timers/promises'
import type { Replica } from '../../../access/replica.ts'
import { refusals } from '../../../breaker-watch/pool-statistics.ts'
import { hosts as hostsOf } from '../../../envoy-admin/clusters.ts'
import { clusterStats } from '../../../envoy-admin/stats.ts'
import { atRate } from '../../core/at-rate.ts'
import { outboundCluster } from '../../core/destination.ts'
import type { Run } from '../../core/experiment.ts'
import { firstReplica } from '../../core/first-replica.ts'
import type { SentRequest } from '../../core/sent-request.ts'
import { sendOutbound } from '../../core/traffic.ts'
import { shopDestination, shopWorkload } from '../destinations.ts'
import type { ShopTarget } from '../shop-target.ts'
import type { StormConfig, StormObserved } from './verdict.ts'
import { workerStates } from './worker-state.ts'

const destination = shopDestination('httpbin')

/** Sends at a rate that the destination can do, has the trigger come and go, and watches for as long as goodput may take to return, and longer. */
export async function observeStorm(run: Run<ShopTarget>, config: StormConfig): Promise<StormObserved> {
  const { target, signal, progress } = run
  const caller = await firstReplica(target, shopWorkload('probe'))
  const counted = await counts(target, caller)
  const sent: SentRequest[] = []
  const arrivals = atRate(config.perSecond, async () => {
    const path = `/work/${config.workMs}`
    sent.push(await sendOutbound(target, caller, { destination, path, withinMs: 2 * config.timeoutMs }))
  })
  try {
    await delay(config.beforeMs, undefined, { signal })
    const triggeredAt = Date.now()
    await run.applyAction()
    const triggerDone = await run.rollbackAction().then(() => true)
    const triggerEndedAt = Date.now()
    const doneThen = await workDone(target)
    progress('the trigger is over')
    await delay(config.afterMs, undefined, { signal })
    const endedAt = Date.now()
    const worked = (await workDone(target)) - doneThen
    await arrivals.stop()
    const now = await counts(target, caller)
    const since = (name: keyof typeof now) => now[name] - counted[name]
    return {
      startedAt: Date.now() - run.elapsedMs(),
      sent: sent.toSorted((a, b) => a.at - b.at),
      triggeredAt,
      triggerEndedAt,
      triggerDone,
      endedAt,
      latestMs: arrivals.latestMs,
      tries: since('tries'),
      retries: since('retries'),
      retriesRefused: since('retriesRefused'),
      overflows: since('overflows'),
      ejections: since('ejections'),
      workDone: worked,
    }
  } finally {
    await arrivals.stop()
  }
}

async function counts(target: ShopTarget, caller: Replica) {
  const cluster = outboundCluster(destination)
  const [pool, hosts] = await Promise.all([clusterStats(target.admin(caller), cluster), hostsOf(target.admin(caller), cluster)])
  return {
    tries: hosts.reduce((sum, { requests }) => sum + requests, 0),
    retries: pool.get('upstream_rq_retry') ?? 0,
    retriesRefused: pool.get('upstream_rq_retry_overflow') ?? 0,
    overflows: refusals(pool),
    ejections: pool.get('outlier_detection.ejections_enforced_total') ?? 0,
  }
}

const workDone = async (target: ShopTarget): Promise<number> => (await workerStates(target)).reduce((sum, { done }) => sum + done, 0)
