import { setTimeout as delay } from 'node:timers/promises'
import { poll } from '../../../checks/poll.ts'
import { hosts } from '../../../envoy-admin/clusters.ts'
import { clusterStats } from '../../../envoy-admin/stats.ts'
import { outboundCluster } from '../../core/destination.ts'
import type { Run } from '../../core/experiment.ts'
import { startCustomers } from '../customers.ts'
import { shopDestination, shopWorkload } from '../destinations.ts'
import { incarnation } from '../incarnation.ts'
import { productPages } from '../product-pages.ts'
import type { ShopTarget } from '../shop-target.ts'
import type { Config, Observed } from './verdict.ts'

const destination = shopDestination('catalog')
const cluster = outboundCluster(destination)
/** Before the first replica goes and after the last one has come. */
const calmMs = 1_500
/** What is ready is known to all callers soon after it; what does not come is judged. */
const known = { timeoutMs: 15_000, everyMs: 100 }
/** Envoy gathers membership changes that follow one another within 1 s: until then the last replica may still be the host that it was. */
const mergedMs = 1_500

/** Customers ask before, while, and after all replicas of catalog are replaced. */
export async function observe(run: Run<ShopTarget>, { customers }: Config): Promise<Observed> {
  const { target, signal, progress, applyAction, elapsedMs, event } = run
  const gateways = await target.replicas(shopWorkload('gateway'))
  const processes = async () => {
    const all = await target.replicas(shopWorkload('catalog'))
    return (await Promise.all(all.map((replica) => incarnation(target, replica)))).filter((one) => one !== undefined)
  }
  const counts = () => Promise.all(gateways.map((gateway) => clusterStats(target.admin(gateway), cluster)))
  const addresses = (some: readonly { readonly address: string }[]) => JSON.stringify(some.map(({ address }) => address).sort())
  const areKnown = async () => {
    const there = addresses(await target.hosts(destination))
    const each = await Promise.all(gateways.map((gateway) => hosts(target.admin(gateway), cluster)))
    return each.every((seen) => addresses(seen) === there)
  }
  const served = async () => (await Promise.all(gateways.map((gateway) => hosts(target.admin(gateway), cluster)))).flat()

  const [before, countsBefore] = [await processes(), await counts()]
  const asking = startCustomers(run, { traffic: productPages, gateways, each: customers })
  try {
    await delay(calmMs, undefined, { signal })
    const fromMs = elapsedMs()
    await applyAction()
    const untilMs = elapsedMs()
    event('all replicas replaced')
    await poll(areKnown, (all) => all, { ...known, signal })
    await delay(mergedMs, undefined, { signal })
    const settledMs = elapsedMs()
    const last = await served()
    await delay(calmMs, undefined, { signal })
    const now = await served()
    await asking.stop()
    const [after, countsAfter] = [await processes(), await counts()]
    const { records } = asking
    progress(
      `${records.length} pages while catalog was replaced, ${records.filter(({ outcome }) => outcome !== 'ok').length} of them failed`,
    )
    return {
      replaced: after.filter((one) => !before.includes(one)).length,
      fromMs,
      untilMs,
      settledMs,
      records,
      fewestServed: Math.min(
        ...now.map(({ address, succeeded }) => succeeded - (last.find((one) => one.address === address)?.succeeded ?? 0)),
      ),
      hosts: now.length,
      callers: gateways.map(({ name }, index) => {
        const grown = (stat: string) => {
          const [from, to] = [countsBefore[index]?.get(stat), countsAfter[index]?.get(stat)]
          return from === undefined || to === undefined ? undefined : to - from
        }
        const [requests, retries] = [grown('upstream_rq_total'), grown('upstream_rq_retry')]
        return { caller: name, ...(requests !== undefined && retries !== undefined && { counted: { requests, retries } }) }
      }),
    }
  } finally {
    await asking.stop()
  }
}
