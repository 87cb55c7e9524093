import { setTimeout as delay } from 'node:timers/promises'
import type { Host, Replica } from '../../../access/replica.ts'
import { poll } from '../../../checks/poll.ts'
import { hosts } from '../../../envoy-admin/clusters.ts'
import type { Run } from '../../core/experiment.ts'
import { startCustomers } from '../customers.ts'
import { shopDestination, shopWorkload } from '../destinations.ts'
import { productPages } from '../product-pages.ts'
import type { ShopTarget } from '../shop-target.ts'
import { canaryHosts, goesBad, versionCluster } from './bad-canary.ts'
import type { Config, Observed } from './verdict.ts'

/** Before anything happens, with a canary that is all bad, and after the split. */
const calmMs = 1_500
const underWayMs = 100

interface Snapshot {
  readonly ejected: boolean
  readonly failed: number
  readonly toBad: number
  readonly toOther: number
}

/** Customers ask while a canary takes its share, goes bad in one replica, then in all, and is taken back. */
export async function observe(run: Run<ShopTarget>, config: Config): Promise<Observed> {
  const { target, signal, progress, applyAction, rollbackAction, event, elapsedMs } = run
  const callers = (await target.replicas(shopWorkload('gateway'))).filter(({ name }) => config.callers.includes(name))
  const wait = (ms: number) => delay(Math.max(0, ms), undefined, { signal })
  const asking = startCustomers(run, { traffic: productPages, gateways: callers, each: config.customers })
  try {
    await wait(calmMs)
    await applyAction()
    const [bad, other] = await canaryHosts(target, config.stable)
    const all = () => Promise.all(callers.map((caller) => snapshotOf(target, caller, bad, other)))
    // Nobody is let back in earlier than the base time after this.
    let notYet = performance.now()
    const isOut = (now: readonly Snapshot[]) => now.every(({ ejected }) => ejected)
    const out = await poll(
      async () => {
        const askedAt = performance.now()
        const now = await all()
        if (!isOut(now)) notYet = askedAt
        return now
      },
      isOut,
      { timeoutMs: config.ejectedWithinMs, everyMs: 50, signal },
    )
    event(isOut(out) ? 'bad replica ejected' : 'no ejection')
    progress(`the bad replica of the canary is ${isOut(out) ? 'ejected' : 'not ejected'}`)
    await wait(underWayMs)
    const from = await all()
    await wait(notYet + config.rule.baseMs / 2 - performance.now())
    const to = await all()
    const countedTooLong = isOut(out) && performance.now() >= notYet + config.rule.baseMs

    const allBadMs = elapsedMs()
    // It ends with the replica.
    await goesBad(target, other).apply()
    event('all of the canary is bad')
    await wait(calmMs)
    const takeBackMs = elapsedMs()
    await rollbackAction()
    const takenBackMs = elapsedMs()
    progress(`the split is taken back after ${Math.round(takenBackMs - takeBackMs)} ms`)
    await wait(calmMs)
    await asking.stop()
    return {
      callers: callers.map(({ name }, index) => {
        const grown = (what: 'toBad' | 'toOther') => (to[index]?.[what] ?? Number.NaN) - (from[index]?.[what] ?? Number.NaN)
        const { ejected = false, failed = Number.NaN } = { ...from[index], ...(out[index] && { ejected: out[index].ejected }) }
        return { caller: name, failed, ejected, toBad: grown('toBad'), toOther: grown('toOther') }
      }),
      countedTooLong,
      allBadMs,
      takeBackMs,
      takenBackMs,
      records: asking.records,
      after: (await target.hosts(shopDestination('catalog'))).map(({ name }) => name),
    }
  } finally {
    await asking.stop()
  }
}

/** What one caller's proxy knows of the canary, whose cluster is new. */
async function snapshotOf(target: ShopTarget, caller: Replica, bad: Host, other: Host): Promise<Snapshot> {
  const seen = await hosts(target.admin(caller), versionCluster('v2'))
  const of = ({ address }: Host) => seen.find((one) => one.address === address)
  return {
    ejected: of(bad)?.ejected === true,
    failed: of(bad)?.failed ?? 0,
    toBad: of(bad)?.requests ?? 0,
    toOther: of(other)?.requests ?? 0,
  }
}
