import { setTimeout as delay } from 'node:timers/promises'
import type { Host, Replica } from '../../../access/replica.ts'
import type { Action } from '../action.ts'
import type { Destination } from '../destination.ts'
import type { Run } from '../experiment.ts'
import type { Target } from '../target.ts'
import { samplePeriodMs } from '../timeline.ts'
import { countedTraffic, type Traffic } from '../traffic.ts'
import type { ExtentConfig, ExtentObserved, Trip } from './extent-verdict.ts'
import { type Look, lookAt } from './look.ts'

/** A replica that answers errors while `fault` is in force. */
interface Breakable {
  readonly host: Host
  readonly fault: Action
}

export interface ExtentScene<T extends Target> extends Run<T> {
  readonly config: ExtentConfig
  readonly destination: Destination
  readonly callers: readonly Replica[]
  readonly victim: Breakable
  readonly second: Breakable
}

/** Between two looks without traffic. */
const pauseMs = 20

/** What was seen of one caller's proxy so far. */
interface Watch {
  readonly caller: Replica
  readonly first: Look
  last: Look
  mostAtOnce: number
  wellMs: number
  readonly trips: Trip[]
}

/** Breaks the victim, then the second one until it would have been ejected twice, then lets the victim fail once more after its return. */
export async function observeExtent<T extends Target>(scene: ExtentScene<T>, requests: Traffic<T>): Promise<ExtentObserved> {
  const { target, config, callers, victim, second, progress, event, signal } = scene
  const { rule, wellMs } = config
  const traffic = countedTraffic(target, requests)
  const sample = (caller: Replica) => lookAt(target, caller, scene.destination)
  const isVictimOut = ({ hosts }: Look) => hosts.some(({ ejected, address }) => ejected && address === victim.host.address)
  const failuresOfSecond = ({ hosts }: Look) => hosts.find(({ address }) => address === second.host.address)?.failed ?? 0
  const note = (watch: Watch, now: Look) => {
    const { last, trips } = watch
    const between = [last.askedAt, now.at] as const
    const current = trips.at(-1)
    if (isVictimOut(now) && !isVictimOut(last)) trips.push({ outBetween: between })
    else if (!isVictimOut(now) && isVictimOut(last) && current) trips[trips.length - 1] = { ...current, backBetween: between }
    watch.mostAtOnce = Math.max(watch.mostAtOnce, outIn(now))
    watch.last = now
  }
  const watches = await Promise.all(
    callers.map(async (caller): Promise<Watch> => {
      const first = await sample(caller)
      return { caller, first, last: first, mostAtOnce: outIn(first), wellMs: 0, trips: [] }
    }),
  )
  /** Sends so many requests one after another before each look, until it is so, for at most so long. */
  const until = async (watch: Watch, isSo: (seen: Watch) => boolean, { withinMs, send }: { withinMs: number; send: number }) => {
    const endAt = performance.now() + withinMs
    while (!isSo(watch) && performance.now() < endAt) {
      signal.throwIfAborted()
      for (let n = 0; n < send; n++) await traffic.send(watch.caller)
      if (send === 0) await delay(pauseMs, undefined, { signal })
      note(watch, await sample(watch.caller))
    }
  }
  const inTurn = async (isSo: (seen: Watch) => boolean) => {
    for (const watch of watches) await until(watch, isSo, { withinMs: rule.baseMs / 2, send: 1 })
  }
  const isOut = ({ last }: Watch) => isVictimOut(last)
  const isBack = ({ last }: Watch) => !isVictimOut(last)
  const failed = ({ first, last }: Watch) => failuresOfSecond(last) - failuresOfSecond(first)
  const returned = (watch: Watch) => until(watch, isBack, { withinMs: 2 * rule.baseMs + 3 * rule.intervalMs, send: 0 })
  // As many in a row as it takes: to look in between would take the time in which the first ejection is remembered.
  const outAgain = (watch: Watch) => until(watch, isOut, { withinMs: rule.baseMs / 2, send: rule.consecutiveErrors * config.replicas })

  await scene.quietly(async () => {
    await scene.applyAction()
    await inTurn(isOut)
    progress(`${victim.host.name} ejected; ${second.host.name} fails as well`)
    event(`${second.host.name} fails as well`)
    await second.fault.apply()
    await inTurn((watch) => failed(watch) >= 2 * rule.consecutiveErrors || watch.mostAtOnce > config.mostAtOnce)
    await second.fault.rollback()
    event(`${second.host.name} is well again`)
  })
  progress(`${Math.max(0, ...watches.map(({ mostAtOnce }) => mostAtOnce))} out at the same time; ${victim.host.name} will fail again`)
  if (wellMs > 0) await victim.fault.rollback()
  const failAgain = async (watch: Watch) => {
    await returned(watch)
    if (wellMs === 0) await outAgain(watch)
  }
  await Promise.all(watches.map(failAgain))
  if (wellMs > 0) {
    await delay(wellMs, undefined, { signal })
    for (const watch of watches) {
      watch.wellMs = performance.now() - watch.last.at
      note(watch, await sample(watch.caller))
    }
    await victim.fault.apply()
    await Promise.all(watches.map(outAgain))
  }
  progress(`${victim.host.name} ejected once more`)
  // Well when it returns.
  await scene.rollbackAction()
  await Promise.all(watches.map(returned))
  for (let n = 0; n < config.replicas; n++) {
    // The timeline is to show that it takes traffic again.
    await delay(samplePeriodMs, undefined, { signal })
    for (const { caller } of watches) await traffic.send(caller)
  }
  return {
    callers: watches.map((watch) => ({
      caller: watch.caller.name,
      atOnce: watch.mostAtOnce,
      refused: increase(watch, 'forbidden'),
      ejections: increase(watch, 'ejections'),
      failuresOfSecond: failed(watch),
      wellMs: watch.wellMs,
      trips: watch.trips,
    })),
    sent: traffic.total,
    succeeded: traffic.succeeded,
    slowestMs: traffic.slowestMs,
    traffic: traffic.told(Date.now() - scene.elapsedMs()),
  }
}

function increase({ first, last }: Watch, of: 'forbidden' | 'ejections'): number | undefined {
  const [before, now] = [first[of], last[of]]
  return before === undefined || now === undefined ? undefined : now - before
}

const outIn = ({ hosts }: Look): number => hosts.filter(({ ejected }) => ejected).length
