import { setTimeout as delay } from 'node:timers/promises'
import type { Replica } from '../../../access/replica.ts'
import { poll } from '../../../checks/poll.ts'
import { hosts } from '../../../envoy-admin/clusters.ts'
import { outboundCluster } from '../../core/destination.ts'
import type { Run } from '../../core/experiment.ts'
import { startCustomers } from '../customers.ts'
import { productPages } from '../product-pages.ts'
import type { ShopTarget } from '../shop-target.ts'
import type { Zones } from './give-zones.ts'
import type { Config, Observed, Sent } from './verdict.ts'

/** Of counting in each state. */
const calmMs = 1_500
/** Envoy gathers membership changes that follow one another within 1 s, and a request may be on its way. */
const settledMs = 1_500
const underWayMs = 100
/** A process starts within seconds; on a slow machine it may take longer, and its ejection is longer when it failed again. */
const returning = { timeoutMs: 45_000, everyMs: 50 }

/** What one caller's proxy has sent, by zone. */
interface Snapshot extends Sent {
  readonly nearSucceeded: number
  readonly nearFailed: number
  readonly nearEjected: number
}

/** Customers ask while the zone of their gateways is there, lost, and back. */
export async function observe(run: Run<ShopTarget>, { destination, callers, near, far }: Zones, config: Config): Promise<Observed> {
  const { target, signal, progress, applyAction, rollbackAction, event, elapsedMs } = run
  const cluster = outboundCluster(destination)
  const snapshotOf = async (caller: Replica): Promise<Snapshot> => {
    const seen = await hosts(target.admin(caller), cluster)
    const of = (zone: readonly { readonly address: string }[]) => seen.filter(({ address }) => zone.some((one) => one.address === address))
    const sum = (stat: 'requests' | 'succeeded' | 'failed', zone: Zones['near']) => of(zone).reduce((all, one) => all + one[stat], 0)
    return {
      near: sum('requests', near),
      far: sum('requests', far),
      nearSucceeded: sum('succeeded', near),
      nearFailed: sum('failed', near),
      nearEjected: of(near).filter(({ ejected }) => ejected).length,
    }
  }
  const all = () => Promise.all(callers.map(snapshotOf))
  const wait = (ms: number) => delay(Math.max(0, ms), undefined, { signal })

  const asking = startCustomers(run, { traffic: productPages, gateways: callers, each: config.customers })
  try {
    const start = await all()
    await wait(calmMs)
    const before = await all()

    const lostMs = elapsedMs()
    await applyAction()
    const lostAt = performance.now()
    // Nobody is let back in earlier than the base time after this.
    let notYet = lostAt
    const out = await poll(
      async () => {
        const askedAt = performance.now()
        const now = await all()
        if (!isLeftOut(now, near.length)) notYet = askedAt
        return now
      },
      (now) => isLeftOut(now, near.length),
      { timeoutMs: config.failoverWithinMs, everyMs: 50, signal },
    )
    const failoverMs = isLeftOut(out, near.length) ? performance.now() - lostAt : undefined
    const leftOutMs = elapsedMs()
    event(failoverMs === undefined ? 'no failover' : 'failover')
    progress(failoverMs === undefined ? 'the lost zone is not left out' : `the lost zone is left out after ${Math.round(failoverMs)} ms`)
    await wait(underWayMs)
    const failedOver = await all()
    await wait(notYet + config.rule.baseMs / 2 - performance.now())
    const during = await all()
    const countedUntil = performance.now()

    const letGoMs = elapsedMs()
    await rollbackAction()
    const letGoAt = performance.now()
    const isBack = (now: readonly Snapshot[]) =>
      now.every(
        ({ nearSucceeded, nearEjected }, index) => nearEjected === 0 && nearSucceeded > (during[index]?.nearSucceeded ?? Number.NaN),
      )
    const returnMs = isBack(await poll(all, isBack, { ...returning, signal })) ? performance.now() - letGoAt : undefined
    event(returnMs === undefined ? 'no return' : 'zone back')
    progress(returnMs === undefined ? 'the zone is not back' : `the zone is back after ${Math.round(returnMs)} ms`)
    await wait(settledMs)
    const backMs = elapsedMs()
    const returned = await all()
    await wait(calmMs)
    const last = await all()
    await asking.stop()
    return {
      callers: callers.map(({ name }, index) => {
        const between = (from: readonly Snapshot[], to: readonly Snapshot[], what: 'near' | 'far' | 'nearFailed') =>
          (to[index]?.[what] ?? Number.NaN) - (from[index]?.[what] ?? Number.NaN)
        const sent = (from: readonly Snapshot[], to: readonly Snapshot[]): Sent => ({
          near: between(from, to, 'near'),
          far: between(from, to, 'far'),
        })
        return {
          caller: name,
          before: sent(start, before),
          during: sent(failedOver, during),
          after: sent(returned, last),
          failed: between(before, failedOver, 'nearFailed'),
          ejected: out[index]?.nearEjected ?? 0,
        }
      }),
      lostMs,
      ...(failoverMs !== undefined && { failoverMs, leftOutMs }),
      countedTooLong: failoverMs !== undefined && countedUntil >= notYet + config.rule.baseMs,
      ...(returnMs !== undefined && { returnMs }),
      letGoMs,
      backMs,
      records: asking.records,
    }
  } finally {
    await asking.stop()
  }
}

const isLeftOut = (now: readonly Snapshot[], hostsOfZone: number): boolean => now.every(({ nearEjected }) => nearEjected === hostsOfZone)
