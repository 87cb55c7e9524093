import type { Replica } from '../../../access/replica.ts'
import { refusals } from '../../../breaker-watch/pool-statistics.ts'
import { poll } from '../../../checks/poll.ts'
import { clusterStats, usedClusterStats } from '../../../envoy-admin/stats.ts'
import { outboundCluster } from '../../core/destination.ts'
import type { Run } from '../../core/experiment.ts'
import { goOn } from '../../core/hung/go-on.ts'
import { fillPool } from '../../core/pool/fill-pool.ts'
import type { SentRequest } from '../../core/sent-request.ts'
import { sendOutbound } from '../../core/traffic.ts'
import { shopDestination, shopWorkload } from '../destinations.ts'
import { isWhole, type Page } from '../page.ts'
import type { ShopTarget } from '../shop-target.ts'
import { partsLeftOut } from './parts-left-out.ts'
import { productList } from './product-list.ts'
import type { CallerObserved, HungConfig, HungObserved } from './verdict.ts'

const destination = shopDestination('inventory')
const cluster = outboundCluster(destination)

/** Pages before the fault, and again when they are whole: what this machine takes for one. */
const alone = 10
const fillWithinMs = 2_000
const lookEveryMs = 50

/** Fills the pool of every gateway's proxy with requests that wait for inventory, asks for pages meanwhile, and watches them recover. */
export async function observeHung(run: Run<ShopTarget>, config: HungConfig): Promise<HungObserved> {
  const { target, progress } = run
  const gateways = (await target.replicas(shopWorkload('gateway'))).filter(({ name }) => config.callers.includes(name))
  await Promise.all(gateways.map((gateway) => warmUp(target, gateway, config)))
  const begun = await Promise.all(
    gateways.map(async (gateway) => ({
      gateway,
      before: await inTurn(target, gateway, alone),
      counted: await counts(target, gateway),
    })),
  )
  await run.applyAction()
  const hung = await Promise.all(begun.map(async (one) => ({ ...one, ...(await hang(run, one.gateway, config)) })))
  await run.rollbackAction()
  progress('inventory answers again')
  const callers = hung.map(async ({ gateway, counted, ...seen }): Promise<CallerObserved> => {
    const recovered = await recovery(run, gateway, config)
    const now = await counts(target, gateway)
    return {
      caller: gateway.name,
      ...seen,
      ...recovered,
      leftOut: difference(counted.leftOut, now.leftOut),
      overflows: now.overflows - counted.overflows,
      nobodyHealthy: now.nobodyHealthy - counted.nobodyHealthy,
      ejections: now.ejections - counted.ejections,
    }
  })
  return { startedAt: Date.now() - run.elapsedMs(), callers: await Promise.all(callers) }
}

/** Opens the connections that filling the pool takes, while nothing is counted: in a cluster 40 new tunnels take longer than a request waits. */
async function warmUp(target: ShopTarget, gateway: Replica, { maxConnections, maxPending, excess, waiting }: HungConfig): Promise<void> {
  const requests = Array.from({ length: maxConnections + maxPending + excess }, () => ask(target, gateway))
  await Promise.all([...requests, ...Array.from({ length: waiting }, () => productList(target, gateway))])
}

/** One request to inventory, as the gateway's app would send it. */
const ask = (target: ShopTarget, gateway: Replica, withinMs?: number) =>
  sendOutbound(target, gateway, { destination, path: '/availability', ...(withinMs !== undefined && { withinMs }) })

const difference = (before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries(
    [...now].map(([reason, count]): [string, number] => [reason, count - (before.get(reason) ?? 0)]).filter(([, count]) => count > 0),
  )

async function counts(target: ShopTarget, gateway: Replica) {
  const [leftOut, pool] = await Promise.all([partsLeftOut(target, gateway), clusterStats(target.admin(gateway), cluster)])
  return {
    leftOut,
    overflows: refusals(pool),
    nobodyHealthy: pool.get('upstream_cx_none_healthy') ?? 0,
    ejections: pool.get('outlier_detection.ejections_enforced_total') ?? 0,
  }
}

async function inTurn(target: ShopTarget, gateway: Replica, count: number): Promise<Page[]> {
  const pages: Page[] = []
  for (let n = 0; n < count; n++) pages.push(await productList(target, gateway))
  return pages
}

type Hung = Pick<CallerObserved, 'filled' | 'requests' | 'pages' | 'mostOutstanding'>

async function hang({ target, signal, progress }: Run<ShopTarget>, gateway: Replica, config: HungConfig): Promise<Hung> {
  const { maxConnections, maxPending, hosts, excess, waiting, beside, hungMs, perSecond, timeoutMs } = config
  const startedAt = performance.now()
  const sending: Promise<unknown>[] = []
  const requests: SentRequest[] = []
  const pages: Page[] = []
  /** Pages would fill the pool as well, if the gateway took so many at once. */
  const send = (count: number) => {
    for (let n = 0; n < count; n++) sending.push(ask(target, gateway, 2 * timeoutMs).then((answer) => requests.push(answer)))
  }
  const page = async () => {
    const got = await productList(target, gateway)
    pages.push(got)
    return got
  }
  let mostOutstanding = 0
  const outstanding = async () => {
    const pool = await usedClusterStats(target.admin(gateway), cluster, 'upstream_rq_(active|pending_active)')
    const [active, pending] = [pool.get('upstream_rq_active') ?? 0, pool.get('upstream_rq_pending_active') ?? 0]
    mostOutstanding = Math.max(mostOutstanding, active + pending)
    return { active, pending }
  }

  for (let n = 0; n < waiting; n++) sending.push(page())
  const seen = await fillPool({
    maxConnections,
    maxPending,
    hosts,
    requests: maxConnections + maxPending + excess,
    begun: waiting,
    send,
    sample: outstanding,
    refused: () => requests.filter(({ overloaded }) => overloaded).length,
    timeoutMs: fillWithinMs,
    signal,
  })
  const tookMs = performance.now() - startedAt
  progress(`${gateway.name}: ${seen.active} requests at inventory, ${seen.pending} wait, ${seen.refused} refused`)
  const whileFull = await Promise.all(Array.from({ length: beside }, page))

  await goOn({
    perSecond,
    untilMs: startedAt + hungMs,
    send: () => {
      const one = page()
      sending.push(one)
      return one
    },
    sample: outstanding,
    lookEveryMs,
    ended: () => Promise.all(sending),
    signal,
  })
  return { filled: { ...seen, beside: whileFull, tookMs }, requests, pages, mostOutstanding }
}

/** Pages until they are whole again, and some more. */
async function recovery(
  { target, signal }: Run<ShopTarget>,
  gateway: Replica,
  { recoveryMs }: HungConfig,
): Promise<Pick<CallerObserved, 'recoveredMs' | 'meanwhile' | 'after'>> {
  const liftedAt = performance.now()
  const meanwhile: Page[] = []
  const last = await poll(
    async () => {
      const page = await productList(target, gateway)
      if (!isWhole(page)) meanwhile.push(page)
      return page
    },
    isWhole,
    { timeoutMs: 2 * recoveryMs, everyMs: lookEveryMs, signal },
  )
  const recoveredMs = performance.now() - liftedAt
  return { ...(isWhole(last) && { recoveredMs }), meanwhile, after: await inTurn(target, gateway, alone) }
}
