import { setTimeout as delay } from 'node:timers/promises'
import type { Host, Replica } from '../../../access/replica.ts'
import { poll } from '../../../checks/poll.ts'
import { type HostStatus, hosts } from '../../../envoy-admin/clusters.ts'
import { clusterStats, inboundRequests } from '../../../envoy-admin/stats.ts'
import { outboundCluster } from '../../core/destination.ts'
import type { Run } from '../../core/experiment.ts'
import { firstReplica } from '../../core/first-replica.ts'
import { samplePeriodMs } from '../../core/timeline.ts'
import { shopDestination, shopWorkload } from '../destinations.ts'
import type { ShopTarget } from '../shop-target.ts'
import { productTraffic, type Traffic } from './traffic.ts'
import type { Ejection, EjectionConfig, EjectionObserved } from './verdict.ts'

/** The caller's proxy at one moment. */
interface Snapshot {
  /** `performance.now()` when it was asked for. */
  readonly askedAt: number
  readonly victim: HostStatus
  /** Requests to all replicas, whoever caused them. */
  readonly requests: number
  /** Of those, sent because another one had failed. */
  readonly retries: number
  /** Of those, this run's own. */
  readonly sent: number
}

interface Scene extends Run<ShopTarget> {
  readonly config: EjectionConfig
  readonly gateway: Replica
  readonly victim: Host
  readonly traffic: Traffic
}

interface Tripped {
  readonly at: Pick<Ejection, 'after' | 'shownAt'>
  readonly othersAtFault: number
}

/** Between requests and snapshots while ejected: seconds of traffic, not a load test. */
const pauseMs = 20
/** Of a state that the timeline is to show. */
const shownMs = 5 * samplePeriodMs
/** A request that the caller's proxy has counted is on its way to the other one. */
const arriving = { timeoutMs: 1_000, everyMs: 10 }

/** Traffic until the victim is ejected, then until it returns (the fault lifted half-way), then until it has served again. */
export async function observeEjection(run: Run<ShopTarget>, config: EjectionConfig): Promise<EjectionObserved> {
  const replicas = await run.target.hosts(shopDestination('catalog'))
  const victim = replicas.find(({ name }) => name === config.victim)
  if (victim === undefined) throw new Error(`${config.victim} is gone`)
  const scene: Scene = {
    ...run,
    config,
    victim,
    gateway: await firstReplica(run.target, shopWorkload('gateway')),
    traffic: productTraffic(run.target.gatewayUrl),
  }
  const start = await takeSnapshot(scene)
  const { tripped, atFault, before } = await run.quietly(() => breakIt(scene))
  if (tripped === undefined) {
    run.progress(`${victim.name} failed ${atFault.failuresBefore} times and was not ejected`)
    return { ...atFault, ...nothing, ...ofTraffic(scene) }
  }
  run.progress(`${victim.name} ejected after ${atFault.requestsBefore} failures`)

  const inboundBefore = await inboundRequests(run.target.admin(victim))
  await whileEjected(scene, tripped.at)
  const during = await takeSnapshot(scene)
  const inboundWhile = (await inboundRequests(run.target.admin(victim))) - inboundBefore
  const { returned, back, served } = await run.quietly(() => letItBack(scene, tripped.at, during))
  run.progress(
    returned.returnedAt === undefined
      ? `${victim.name} did not return`
      : `${victim.name} back after ${Math.round(returned.returnedAt - tripped.at.after)} ms`,
  )
  run.progress(`${othersBetween(start, served)} requests to catalog for orders and of others, counted apart`)
  return {
    ...atFault,
    othersAtFault: tripped.othersAtFault,
    ejection: { ...tripped.at, ...returned },
    requestsWhile: during.victim.requests - before.victim.requests,
    inboundWhile,
    othersWhile: during.requests - during.victim.requests - (before.requests - before.victim.requests),
    probation: {
      requests: back.victim.requests - during.victim.requests,
      others: othersBetween(during, back),
    },
    failuresAfter: served.victim.failed - during.victim.failed,
    successesAfter: served.victim.succeeded - during.victim.succeeded,
    ...ofTraffic(scene),
  }
}

/** Of a host that was never ejected. */
const nothing = { othersAtFault: 0, requestsWhile: 0, inboundWhile: 0, othersWhile: 0, failuresAfter: 0, successesAfter: 0 }

const ofTraffic = ({ traffic }: Scene) => ({
  sent: traffic.sent,
  succeeded: traffic.succeeded,
  slowestMs: traffic.slowestMs,
})

/** Requests that neither this run's traffic nor its retries caused. */
const othersBetween = (from: Snapshot, to: Snapshot): number =>
  Math.max(0, to.requests - from.requests - (to.retries - from.retries) - (to.sent - from.sent))

/** Counts, breaks the victim, and sends traffic until it is ejected. */
async function breakIt(scene: Scene) {
  const ejectionsBefore = await ejections(scene)
  const [start, inboundStart] = [await takeSnapshot(scene), await inboundRequests(scene.target.admin(scene.victim))]
  await scene.applyAction()
  const tripped = await untilEjected(scene, start)
  const before = await takeSnapshot(scene)
  const requestsBefore = before.victim.requests - start.victim.requests
  const inbound = async () => (await inboundRequests(scene.target.admin(scene.victim))) - inboundStart
  const atFault = {
    requestsBefore,
    failuresBefore: before.victim.failed - start.victim.failed,
    inboundBefore: await poll(inbound, (now) => now >= requestsBefore, { ...arriving, signal: scene.signal }),
    ejections: (await ejections(scene)) - ejectionsBefore,
  }
  return { tripped, atFault, before }
}

async function untilEjected(scene: Scene, start: Snapshot): Promise<Tripped | undefined> {
  const { config, signal, traffic } = scene
  // Without ejection three times the promised failures are proof enough; the other bound is for a victim that gets no traffic.
  const enough = 3 * config.rule.consecutiveErrors
  const most = enough * config.replicas * 5
  let last = start
  for (let n = 0; n < most; n++) {
    signal.throwIfAborted()
    const sentAt = performance.now()
    await traffic.send()
    const now = await takeSnapshot(scene)
    if (now.victim.ejected) {
      const othersAtFault = othersBetween(last, now)
      // Another's request may have been the last straw, and that was sent at any time since the last look.
      return { at: { after: othersAtFault === 0 ? sentAt : last.askedAt, shownAt: performance.now() }, othersAtFault }
    }
    if (now.victim.requests - start.victim.requests >= enough) return undefined
    last = now
  }
  return undefined
}

/** Traffic for the base time, before which no host can return. The fault is lifted half-way: long enough to show that even a failing host is left alone. */
async function whileEjected({ config, signal, traffic, rollbackAction }: Scene, { after, shownAt }: Tripped['at']): Promise<void> {
  const endAt = after + config.rule.baseMs - samplePeriodMs
  while (performance.now() < endAt) {
    if (performance.now() > shownAt + config.rule.baseMs / 2) await rollbackAction()
    await traffic.send()
    await delay(pauseMs, undefined, { signal })
  }
}

async function letItBack(scene: Scene, tripped: Tripped['at'], during: Snapshot) {
  // A slow machine may not have come to it before: it returns healthy, or is ejected again.
  await scene.rollbackAction()
  const returned = await untilReturned(scene, tripped)
  const back = await takeSnapshot(scene)
  return { returned, back, served: await untilServed(scene, during) }
}

/** Looks without traffic, so that the moment of the return falls into no request and its probation is seen. */
async function untilReturned(scene: Scene, { shownAt }: Tripped['at']): Promise<Pick<Ejection, 'lastShownAt' | 'returnedAt'>> {
  const { rule } = scene.config
  const giveUpAt = shownAt + rule.baseMs + 3 * rule.intervalMs
  for (let lastShownAt = shownAt; ; ) {
    const { askedAt, victim } = await takeSnapshot(scene)
    if (!victim.ejected) return { lastShownAt, returnedAt: performance.now() }
    lastShownAt = askedAt
    if (askedAt > giveUpAt) return { lastShownAt }
    await delay(pauseMs, undefined, { signal: scene.signal })
  }
}

/** Traffic until the victim has served again, and on for as long as its probation was shown. */
async function untilServed(scene: Scene, during: Snapshot): Promise<Snapshot> {
  // Envoy knows no half-open state: the pause lets the timeline see the moment that stands in for it.
  await delay(shownMs, undefined, { signal: scene.signal })
  const most = scene.config.replicas * 20
  let endAt = Number.POSITIVE_INFINITY
  for (let n = 0; n < most && performance.now() < endAt; n++) {
    await scene.traffic.send()
    await delay(pauseMs, undefined, { signal: scene.signal })
    const hasServed = (await takeSnapshot(scene)).victim.succeeded > during.victim.succeeded
    if (hasServed) endAt = Math.min(endAt, performance.now() + shownMs)
  }
  return takeSnapshot(scene)
}

const cluster = outboundCluster(shopDestination('catalog'))

async function takeSnapshot({ target, gateway, victim: { address, name }, traffic }: Scene): Promise<Snapshot> {
  const askedAt = performance.now()
  const { sent } = traffic
  const admin = target.admin(gateway)
  const [seen, pool] = await Promise.all([hosts(admin, cluster), clusterStats(admin, cluster)])
  const victim = seen.find((host) => host.address === address)
  if (victim === undefined) throw new Error(`the gateway's proxy does not know ${name} (${address})`)
  return {
    askedAt,
    victim,
    requests: seen.reduce((sum, { requests }) => sum + requests, 0),
    retries: pool.get('upstream_rq_retry') ?? 0,
    sent,
  }
}

const ejections = async ({ target, gateway }: Scene): Promise<number> =>
  (await clusterStats(target.admin(gateway), cluster)).get('outlier_detection.ejections_enforced_consecutive_5xx') ?? 0
