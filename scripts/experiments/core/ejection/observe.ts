import { setTimeout as delay } from 'node:timers/promises'
import type { Host, Replica } from '../../../access/replica.ts'
import { poll } from '../../../checks/poll.ts'
import { inboundRequests } from '../../../envoy-admin/stats.ts'
import type { Destination } from '../destination.ts'
import type { Run } from '../experiment.ts'
import type { Target } from '../target.ts'
import { samplePeriodMs } from '../timeline.ts'
import type { CountedTraffic } from '../traffic.ts'
import { lookAt } from './look.ts'
import { othersBetween, type Snapshot } from './snapshot.ts'
import type { CallerObserved, Ejection, EjectionConfig, EjectionObserved } from './verdict.ts'

export interface Scene<T extends Target = Target> extends Run<T> {
  readonly config: EjectionConfig
  readonly destination: Destination
  readonly callers: readonly Replica[]
  readonly victim: Host
  readonly traffic: CountedTraffic
}

interface Tripped {
  readonly at: Pick<Ejection, 'after' | 'shownAt' | 'firstFailedAt'>
  readonly othersAtFault: number
}

type Returned = Pick<Ejection, 'lastShownAt' | 'returnedAt'>

/** Between requests and snapshots while ejected: seconds of traffic, not a load test. */
const pauseMs = 20
/** Of a state that the timeline is to show. */
const shownMs = 5 * samplePeriodMs
/** A request that the caller's proxy has counted is on its way to the other one. */
const arriving = { timeoutMs: 1_000, everyMs: 10 }

/**
 * Traffic of each caller in turn until the victim is ejected by all, then until it returns (the fault lifted half-way), then until it has
 * served each of them again.
 */
export async function observeEjection<T extends Target>(scene: Scene<T>): Promise<EjectionObserved> {
  const { callers, victim, progress, traffic } = scene
  const starts = await snapshots(scene)
  const { tripped, atFault, before, inbound } = await scene.quietly(() => breakIt(scene))
  const ofTraffic = () => ({
    sent: traffic.total,
    succeeded: traffic.succeeded,
    slowestMs: traffic.slowestMs,
    traffic: traffic.told(Date.now() - scene.elapsedMs()),
  })
  if (!areAll(tripped)) {
    for (const [index, { failuresBefore }] of atFault.entries())
      if (tripped[index] === undefined) progress(`${victim.name} failed ${failuresBefore} times and was not ejected${by(scene, index)}`)
    const inboundBefore = inbound && { inbound: { before: inbound, meanwhile: 0 } }
    return {
      callers: atFault.map((one, index) => ({ ...nothing, ...one, ...ofTripped(tripped[index]) })),
      ...inboundBefore,
      ...ofTraffic(),
    }
  }
  for (const [index, { requestsBefore }] of atFault.entries())
    progress(`${victim.name} ejected after ${requestsBefore} failures${by(scene, index)}`)

  const inboundAt = await inboundOf(scene)
  await whileEjected(scene, tripped)
  const during = await snapshots(scene)
  const inboundNow = await inboundOf(scene)
  const { returned, served } = await scene.quietly(() => letItBack(scene, tripped))
  for (const [index, { at, returnedAt }] of returned.entries())
    progress(
      returnedAt === undefined
        ? `${victim.name} did not return${by(scene, index)}`
        : `${victim.name} back after ${Math.round(returnedAt - at.after)} ms${by(scene, index)}`,
    )
  const others = callers.reduce((sum, _, index) => sum + othersBetween(at(starts, index), at(served, index)), 0)
  progress(`${others} requests to ${scene.destination.service} for orders and of others, counted apart`)
  return {
    callers: atFault.map((one, index) => {
      const [from, meanwhile, back, end] = [at(before, index), at(during, index), at(returned, index), at(served, index)]
      return {
        ...one,
        othersAtFault: at(tripped, index).othersAtFault,
        ejection: { ...back.at, lastShownAt: back.lastShownAt, ...(back.returnedAt !== undefined && { returnedAt: back.returnedAt }) },
        requestsWhile: meanwhile.victim.requests - from.victim.requests,
        othersWhile: meanwhile.requests - meanwhile.victim.requests - (from.requests - from.victim.requests),
        probation: { requests: back.seen.victim.requests - meanwhile.victim.requests, others: othersBetween(meanwhile, back.seen) },
        failuresAfter: end.victim.failed - meanwhile.victim.failed,
        successesAfter: end.victim.succeeded - meanwhile.victim.succeeded,
      }
    }),
    ...(inbound !== undefined &&
      inboundAt !== undefined &&
      inboundNow !== undefined && { inbound: { before: inbound, meanwhile: inboundNow - inboundAt } }),
    ...ofTraffic(),
  }
}

/** Of a caller that has not ejected the victim. */
const nothing = { othersAtFault: 0, requestsWhile: 0, othersWhile: 0, failuresAfter: 0, successesAfter: 0 }

const ofTripped = (tripped: Tripped | undefined) =>
  tripped && { othersAtFault: tripped.othersAtFault, ejection: { ...tripped.at, lastShownAt: tripped.at.shownAt } }

const areAll = <Value>(values: readonly (Value | undefined)[]): values is readonly Value[] => values.every((value) => value !== undefined)

/** Lists of one entry a caller, in the same order. */
function at<Value>(values: readonly Value[], index: number): Value {
  const value = values[index]
  if (value === undefined) throw new Error(`caller ${index} was not watched`)
  return value
}

const by = ({ callers }: Pick<Scene, 'callers'>, index: number): string => (callers.length === 1 ? '' : ` by ${callers[index]?.name}`)

/** Counts, breaks the victim, and sends traffic until all callers have ejected it, or it is clear that one will not. */
async function breakIt<T extends Target>(scene: Scene<T>) {
  const { callers, signal } = scene
  const start = await snapshots(scene)
  const inboundStart = await inboundOf(scene)
  await scene.applyAction()
  const tripped = await untilEjected(scene, start)
  const before = await snapshots(scene)
  const atFault = callers.map(({ name }, index): Pick<CallerObserved, 'caller' | 'requestsBefore' | 'failuresBefore' | 'ejections'> => {
    const [from, to] = [at(start, index), at(before, index)]
    return {
      caller: name,
      requestsBefore: to.victim.requests - from.victim.requests,
      failuresBefore: to.victim.failed - from.victim.failed,
      // A proxy that counts no ejections still shows who is ejected.
      ejections:
        from.ejections === undefined || to.ejections === undefined ? Number(tripped[index] !== undefined) : to.ejections - from.ejections,
    }
  })
  const requests = atFault.reduce((sum, { requestsBefore }) => sum + requestsBefore, 0)
  const inbound =
    inboundStart === undefined
      ? undefined
      : await poll(
          async () => ((await inboundOf(scene)) ?? 0) - inboundStart,
          (now) => now >= requests,
          { ...arriving, signal },
        )
  return { tripped, atFault, before, inbound }
}

async function untilEjected<T extends Target>(scene: Scene<T>, start: readonly Snapshot[]): Promise<(Tripped | undefined)[]> {
  const { config, signal, callers } = scene
  // Without ejection three times the promised failures are proof enough; the other bound is for a victim that gets no traffic.
  const enough = 3 * config.rule.consecutiveErrors
  const most = enough * config.replicas * 5
  const tripped: (Tripped | undefined)[] = callers.map(() => undefined)
  const last = [...start]
  const firstFailedAt = new Map<number, number>()
  const waiting = new Set(callers.keys())
  for (let n = 0; n < most && waiting.size > 0; n++) {
    for (const index of [...waiting]) {
      signal.throwIfAborted()
      const sentAt = performance.now()
      await scene.traffic.send(at(callers, index))
      const [before, now] = [at(last, index), await takeSnapshot(scene, at(callers, index))]
      last[index] = now
      if (!firstFailedAt.has(index) && now.victim.failed > at(start, index).victim.failed) firstFailedAt.set(index, sentAt)
      if (now.victim.ejected) {
        const othersAtFault = othersBetween(before, now)
        // Another's request may have been the last straw, and that was sent at any time since the last look.
        const first = firstFailedAt.get(index)
        tripped[index] = {
          at: {
            after: othersAtFault === 0 ? sentAt : before.askedAt,
            shownAt: performance.now(),
            ...(first !== undefined && { firstFailedAt: first }),
          },
          othersAtFault,
        }
        waiting.delete(index)
      } else if (now.victim.requests - at(start, index).victim.requests >= enough) waiting.delete(index)
    }
  }
  return tripped
}

/** Traffic for the base time, before which no host can return. The fault is lifted half-way: long enough to show that even a failing host is left alone. */
async function whileEjected<T extends Target>({ config, callers, signal, traffic, rollbackAction }: Scene<T>, tripped: readonly Tripped[]) {
  const first = Math.min(...tripped.map(({ at: { after } }) => after))
  const shownAt = Math.max(...tripped.map((one) => one.at.shownAt))
  const endAt = first + config.rule.baseMs - samplePeriodMs
  for (let n = 0; performance.now() < endAt; n++) {
    if (performance.now() > Math.min(shownAt + config.rule.baseMs / 2, endAt - samplePeriodMs)) await rollbackAction()
    await traffic.send(at(callers, n % callers.length))
    await delay(pauseMs, undefined, { signal })
  }
}

interface Back extends Tripped, Returned {
  /** The first snapshot that shows it back, or the last that was taken. */
  readonly seen: Snapshot
}

async function letItBack<T extends Target>(
  scene: Scene<T>,
  tripped: readonly Tripped[],
): Promise<{ returned: Back[]; served: Snapshot[] }> {
  // A slow machine may not have come to it before: it returns healthy, or is ejected again.
  await scene.rollbackAction()
  const returned = await Promise.all(tripped.map((one, index) => untilReturned(scene, at(scene.callers, index), one)))
  return {
    returned,
    served: await untilServed(
      scene,
      returned.map(({ seen }) => seen),
    ),
  }
}

/** Looks without traffic, so that the moment of the return falls into no request and its probation is seen. */
async function untilReturned<T extends Target>(scene: Scene<T>, caller: Replica, tripped: Tripped): Promise<Back> {
  const { rule } = scene.config
  const { shownAt } = tripped.at
  const giveUpAt = shownAt + rule.baseMs + 3 * rule.intervalMs
  for (let lastShownAt = shownAt; ; ) {
    const seen = await takeSnapshot(scene, caller)
    if (!seen.victim.ejected) return { ...tripped, lastShownAt, returnedAt: performance.now(), seen }
    lastShownAt = seen.askedAt
    if (seen.askedAt > giveUpAt) return { ...tripped, lastShownAt, seen }
    await delay(pauseMs, undefined, { signal: scene.signal })
  }
}

/** Traffic until the victim has served every caller again, and on for as long as its probation was shown. */
async function untilServed<T extends Target>(scene: Scene<T>, back: readonly Snapshot[]): Promise<Snapshot[]> {
  const { callers, config, signal, traffic } = scene
  // Envoy knows no half-open state: the pause lets the timeline see the moment that stands in for it.
  await delay(shownMs, undefined, { signal })
  const most = config.replicas * 20
  let endAt = Number.POSITIVE_INFINITY
  for (let n = 0; n < most && performance.now() < endAt; n++) {
    for (const caller of callers) await traffic.send(caller)
    await delay(pauseMs, undefined, { signal })
    const now = await snapshots(scene)
    if (now.every(({ victim }, index) => victim.succeeded > at(back, index).victim.succeeded))
      endAt = Math.min(endAt, performance.now() + shownMs)
  }
  return snapshots(scene)
}

const snapshots = <T extends Target>(scene: Scene<T>): Promise<Snapshot[]> =>
  Promise.all(scene.callers.map((caller) => takeSnapshot(scene, caller)))

async function takeSnapshot<T extends Target>(
  { target, destination, victim: { address, name }, traffic }: Scene<T>,
  caller: Replica,
): Promise<Snapshot> {
  const sent = traffic.sent(caller)
  const { askedAt, hosts, retries, ejections } = await lookAt(target, caller, destination)
  const victim = hosts.find((host) => host.address === address)
  if (victim === undefined) throw new Error(`the proxy of ${caller.name} does not know ${name} (${address})`)
  return {
    askedAt,
    victim,
    requests: hosts.reduce((sum, { requests }) => sum + requests, 0),
    retries,
    ejections,
    sent,
  }
}

/** Requests that reached the victim; undefined where its proxy does not count them. */
const inboundOf = <T extends Target>({ target, victim }: Scene<T>): Promise<number | undefined> => inboundRequests(target.admin(victim))
