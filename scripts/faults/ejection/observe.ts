import { setTimeout as delay } from 'node:timers/promises'
import type { Run } from '../experiment.ts'
import { onlyReplica } from '../only-replica.ts'
import { clusterStats, type HostStatus, hosts, inboundRequests, outboundCluster } from '../proxy.ts'
import type { Replica } from '../target.ts'
import { samplePeriodMs } from '../timeline.ts'
import { productTraffic, type Traffic } from './traffic.ts'
import type { Ejection, EjectionConfig, EjectionObserved } from './verdict.ts'

/** What both proxies have counted by now. */
interface Counted {
  readonly victim: HostStatus
  readonly others: number
  readonly inbound: number
}

interface Scene extends Run {
  readonly config: EjectionConfig
  readonly gateway: Replica
  readonly victim: Replica
  readonly traffic: Traffic
}

type Tripped = Pick<Ejection, 'after' | 'shownAt'>

/** Between requests and looks while ejected: seconds of traffic, not a load test. */
const pauseMs = 20
/** Of a state that the timeline is to show. */
const shownMs = 5 * samplePeriodMs

/** Traffic until the victim is ejected, then until it returns (the fault lifted half-way), then until it has served again. */
export async function observeEjection(run: Run, config: EjectionConfig): Promise<EjectionObserved> {
  const replicas = await run.target.replicas('catalog')
  const victim = replicas.find(({ name }) => name === config.victim)
  if (victim === undefined) throw new Error(`${config.victim} is gone`)
  const scene: Scene = {
    ...run,
    config,
    victim,
    gateway: await onlyReplica(run.target, 'gateway'),
    traffic: productTraffic(run.target.entryUrl),
  }

  const ejectionsBefore = await ejections(scene)
  const start = await count(scene)
  const tripped = await untilEjected(scene, start)
  const before = await count(scene)
  const atFault = {
    requestsBefore: before.victim.requests - start.victim.requests,
    inboundBefore: before.inbound - start.inbound,
    ejections: (await ejections(scene)) - ejectionsBefore,
  }
  if (tripped === undefined) {
    run.progress(`${victim.name} failed ${atFault.requestsBefore} times and was not ejected`)
    return { ...atFault, ...nothing, sent: scene.traffic.sent, succeeded: scene.traffic.succeeded }
  }
  run.progress(`${victim.name} ejected after ${atFault.requestsBefore} failures`)

  await whileEjected(scene, tripped)
  const during = await count(scene)
  const returned = await untilReturned(scene, tripped)
  const back = await count(scene)
  const served = await untilServed(scene, back)
  run.progress(
    returned.returnedAt === undefined
      ? `${victim.name} did not return`
      : `${victim.name} back after ${Math.round(returned.returnedAt - tripped.after)} ms`,
  )
  return {
    ...atFault,
    ejection: { ...tripped, ...returned },
    requestsWhile: during.victim.requests - before.victim.requests,
    inboundWhile: during.inbound - before.inbound,
    othersWhile: during.others - before.others,
    inProbation: returned.returnedAt !== undefined && back.victim.requests === during.victim.requests,
    failuresAfter: served.victim.failed - back.victim.failed,
    successesAfter: served.victim.succeeded - back.victim.succeeded,
    sent: scene.traffic.sent,
    succeeded: scene.traffic.succeeded,
  }
}

/** Of a host that was never ejected. */
const nothing = { requestsWhile: 0, inboundWhile: 0, othersWhile: 0, inProbation: false, failuresAfter: 0, successesAfter: 0 }

async function untilEjected(scene: Scene, start: Counted): Promise<Tripped | undefined> {
  const { config, signal, traffic } = scene
  // Without ejection three times the promised failures are proof enough; the other bound is for a victim that gets no traffic.
  const enough = 3 * config.rule.consecutiveErrors
  const most = enough * config.replicas * 5
  for (let n = 0; n < most; n++) {
    signal.throwIfAborted()
    const after = performance.now()
    await traffic.send()
    const victim = await look(scene)
    if (victim.ejected) return { after, shownAt: performance.now() }
    if (victim.requests - start.victim.requests >= enough) return undefined
  }
  return undefined
}

/** Traffic for the base time, before which no host can return. The fault is lifted half-way: long enough to show that even a failing host is left alone. */
async function whileEjected({ config, signal, traffic, lift }: Scene, { after, shownAt }: Tripped): Promise<void> {
  const endAt = after + config.rule.baseMs - samplePeriodMs
  while (performance.now() < endAt) {
    if (performance.now() > shownAt + config.rule.baseMs / 2) await lift()
    await traffic.send()
    await delay(pauseMs, undefined, { signal })
  }
}

/** Looks without traffic, so that the moment of the return falls into no request and its probation is seen. */
async function untilReturned(scene: Scene, { shownAt }: Tripped): Promise<Pick<Ejection, 'lastShownAt' | 'returnedAt'>> {
  const { rule } = scene.config
  const giveUpAt = shownAt + rule.baseMs + 3 * rule.intervalMs
  for (let lastShownAt = shownAt; ; ) {
    const asked = performance.now()
    if (!(await look(scene)).ejected) return { lastShownAt, returnedAt: performance.now() }
    lastShownAt = asked
    if (asked > giveUpAt) return { lastShownAt }
    await delay(pauseMs, undefined, { signal: scene.signal })
  }
}

/** Traffic until the victim has served again, and on for as long as its probation was shown. */
async function untilServed(scene: Scene, back: Counted): Promise<Counted> {
  // Envoy knows no half-open state: the pause lets the timeline see the moment that stands in for it.
  await delay(shownMs, undefined, { signal: scene.signal })
  const most = scene.config.replicas * 20
  let endAt = Number.POSITIVE_INFINITY
  for (let n = 0; n < most && performance.now() < endAt; n++) {
    await scene.traffic.send()
    await delay(pauseMs, undefined, { signal: scene.signal })
    const hasServed = (await look(scene)).succeeded > back.victim.succeeded
    if (hasServed) endAt = Math.min(endAt, performance.now() + shownMs)
  }
  return count(scene)
}

async function look({ target, gateway, victim }: Scene): Promise<HostStatus> {
  const seen = await hosts(target, gateway, outboundCluster('catalog'))
  return named(seen, victim)
}

function named(seen: readonly HostStatus[], { address, name }: Replica): HostStatus {
  const status = seen.find((host) => host.address === address)
  if (status === undefined) throw new Error(`the gateway's proxy does not know ${name} (${address})`)
  return status
}

async function count({ target, gateway, victim }: Scene): Promise<Counted> {
  const [seen, inbound] = await Promise.all([hosts(target, gateway, outboundCluster('catalog')), inboundRequests(target, victim)])
  const status = named(seen, victim)
  return { victim: status, others: seen.reduce((sum, { requests }) => sum + requests, -status.requests), inbound }
}

const ejections = async ({ target, gateway }: Scene): Promise<number> =>
  (await clusterStats(target, gateway, outboundCluster('catalog'))).get('outlier_detection.ejections_enforced_consecutive_5xx') ?? 0
