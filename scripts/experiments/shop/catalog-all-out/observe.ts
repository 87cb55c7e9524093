import { setTimeout as delay } from 'node:timers/promises'
import type { Host, Replica } from '../../../access/replica.ts'
import { type HostStatus, hosts as hostsOf } from '../../../envoy-admin/clusters.ts'
import { type ClusterStats, clusterStats, inboundRequests } from '../../../envoy-admin/stats.ts'
import { outboundCluster } from '../../core/destination.ts'
import { mergeWindowMs } from '../../core/ejection/steady-state.ts'
import type { Run } from '../../core/experiment.ts'
import { abortRequests } from '../../core/http-fault.ts'
import { samplePeriodMs } from '../../core/timeline.ts'
import { together } from '../../core/together.ts'
import { shopDestination, shopWorkload } from '../destinations.ts'
import { callsOfGateway } from '../gateway-calls.ts'
import { askPage, isWhole, type Page } from '../page.ts'
import type { ShopTarget } from '../shop-target.ts'
import type { AllOutConfig, AllOutObserved, Answered, CallerAllOut } from './verdict.ts'

const destination = shopDestination('catalog')
const cluster = outboundCluster(destination)

/** A page that does without catalog, and one that cannot. */
const paths = { page: '/v1/products/MUG-BLUE', list: '/v1/products' }

/** Of each, once nobody is left to ask. */
const asked = 10
/** Before anything is broken, and again when the first page is whole: the timeline is to show both. */
const whole = 5
/** The last ejections reach the proxy's worker when the merge window is over. */
const settledMs = mergeWindowMs + 100
const lookEveryMs = 20

/** Each replica of catalog answers this instead of what was asked for. */
export const allAnswer = (target: ShopTarget, replicas: readonly Host[], status: number) =>
  together(
    `catalog, all of which answers ${status}`,
    replicas.map((host) => abortRequests(target, host, { status })),
  )

/** One caller's proxy at one moment. */
interface Look {
  readonly askedAt: number
  readonly at: number
  readonly hosts: readonly HostStatus[]
  readonly stats: ClusterStats
}

async function countsNow(target: ShopTarget, gateway: Replica): Promise<Look> {
  const askedAt = performance.now()
  const admin = target.admin(gateway)
  const [hosts, stats] = await Promise.all([hostsOf(admin, cluster), clusterStats(admin, cluster)])
  return { askedAt, at: performance.now(), hosts, stats }
}

/** All replicas answer 500, which ejects nobody; then 503, until all are out; then pages without anybody to ask; then they return. */
export async function observeAllOut(run: Run<ShopTarget>, config: AllOutConfig): Promise<AllOutObserved> {
  const { target, progress, event, signal } = run
  const gateways = (await target.replicas(shopWorkload('gateway'))).filter(({ name }) => config.callers.includes(name))
  const replicas = await target.hosts(destination)
  const each = <Result>(of: (gateway: Replica, index: number) => Promise<Result>) => Promise.all(gateways.map(of))
  const seen = await run.quietly(async () => {
    const first = await each((gateway) => wholePages(run, gateway))
    const before = await each((gateway) => countsNow(target, gateway))
    await run.applyAction()
    const { consecutiveErrors } = config.rule
    const on500 = await each((gateway, index) =>
      failing(run, gateway, { config, from: before[index], enough: ({ least }) => least >= 2 * consecutiveErrors }),
    )
    progress(`${most(on500)} of ${config.replicas} ejected by 500s`)
    const between = await each((gateway) => countsNow(target, gateway))
    await allAnswer(target, replicas, 503).apply()
    event('503 instead of 500')
    const on503 = await each((gateway, index) =>
      failing(run, gateway, { config, from: between[index], enough: ({ out }) => out === config.replicas }),
    )
    progress(`${most(on503)} of ${config.replicas} ejected by 503s`)
    await delay(settledMs, undefined, { signal })
    const reached = await inboundOf(target, replicas)
    const whileOut = await each((gateway) => askInVain(run, gateway))
    const now = await inboundOf(target, replicas)
    return { first, before, on500, on503, whileOut, ...(reached !== undefined && now !== undefined && { inbound: now - reached }) }
  })
  // From here on customers order, too; whoever is refused tries again.
  await run.rollbackAction()
  const callers = gateways.map(async (gateway, index): Promise<CallerAllOut> => {
    const [first, before] = [seen.first[index], seen.before[index]]
    const [on500, on503, whileOut] = [seen.on500[index], seen.on503[index], seen.whileOut[index]]
    if (!first || !before || !on500 || !on503 || !whileOut) throw new Error(`${gateway.name} was not watched`)
    const recovered = await untilWhole(run, gateway, config)
    const after = await wholePages(run, gateway)
    const { stats } = await countsNow(target, gateway)
    const { between, ...answered } = on503
    const detected = (by: string) => increase(before.stats, stats, `outlier_detection.ejections_enforced_consecutive_${by}`)
    return {
      caller: gateway.name,
      before: first,
      on500,
      on503: answered,
      ...(between && { outBetween: between }),
      ejections: { gatewayFailure: detected('gateway_failure'), all5xx: detected('5xx') },
      whileOut,
      ...recovered,
      after,
    }
  })
  return {
    startedAt: Date.now() - run.elapsedMs(),
    callers: await Promise.all(callers),
    ...(seen.inbound !== undefined && { inbound: seen.inbound }),
  }
}

const most = (answered: readonly Answered[]): number => Math.max(0, ...answered.map(({ mostOut }) => mostOut))

function increase(before: ClusterStats, now: ClusterStats, name: string): number | undefined {
  const value = now.get(name)
  return value === undefined ? undefined : value - (before.get(name) ?? 0)
}

/** Pages one after another, with a look after each, until it is enough, or clear that it will not be. Counts what came since `from`, before the fault. */
async function failing(
  { target, signal }: Run<ShopTarget>,
  gateway: Replica,
  {
    config,
    from: first,
    enough,
  }: { config: AllOutConfig; from: Look | undefined; enough: (seen: { least: number; out: number }) => boolean },
): Promise<Answered & { readonly between?: readonly [number, number] }> {
  if (first === undefined) throw new Error(`${gateway.name} was not watched`)
  const pages: Page[] = []
  /** By address, what counts of each: no further failure once it is out. */
  const failuresOf = new Map(first.hosts.map(({ address }) => [address, 0]))
  const outAfter: number[] = []
  let [last, mostOut, mostWhileIn] = [first, 0, 0]
  let between: readonly [number, number] | undefined
  const isEnough = () => enough({ least: Math.min(...failuresOf.values()), out: mostOut })
  for (let n = 0; !isEnough() && n < 2 * config.rule.consecutiveErrors * config.replicas; n++) {
    signal.throwIfAborted()
    pages.push(await askPage(target, gateway, paths.page))
    const now = await countsNow(target, gateway)
    for (const { address, failed, ejected } of now.hosts) {
      if (last.hosts.some((host) => host.address === address && host.ejected)) continue
      const failures = failed - (first.hosts.find((host) => host.address === address)?.failed ?? 0)
      failuresOf.set(address, failures)
      if (ejected) outAfter.push(failures)
      else mostWhileIn = Math.max(mostWhileIn, failures)
    }
    const out = now.hosts.filter(({ ejected }) => ejected).length
    if (out > 0) between ??= [last.askedAt, now.at]
    mostOut = Math.max(mostOut, out)
    last = now
  }
  const retries = increase(first.stats, last.stats, 'upstream_rq_retry') ?? 0
  return {
    failures: [...failuresOf.values()],
    mostWhileIn,
    outAfter,
    mostOut,
    pages,
    others: Math.max(0, requests(last) - requests(first) - retries - pages.length),
    ...(between && { between }),
  }
}

const requests = ({ hosts }: Look): number => hosts.reduce((sum, host) => sum + host.requests, 0)

/** Pages and lists when nobody is left to ask. */
async function askInVain({ target, signal }: Run<ShopTarget>, gateway: Replica): Promise<CallerAllOut['whileOut']> {
  const calls = () => callsOfGateway(target, gateway, { upstream: destination.service, outcome: 'no-healthy-upstream' })
  const [before, callsBefore] = await Promise.all([countsNow(target, gateway), calls()])
  const [pages, lists]: [Page[], Page[]] = [[], []]
  for (let n = 0; n < asked; n++) {
    signal.throwIfAborted()
    pages.push(await askPage(target, gateway, paths.page))
    lists.push(await askPage(target, gateway, paths.list))
  }
  const [now, callsNow] = await Promise.all([countsNow(target, gateway), calls()])
  return {
    pages,
    lists,
    nobodyHealthy: { byGateway: callsNow - callsBefore, byProxy: increase(before.stats, now.stats, 'upstream_cx_none_healthy') ?? 0 },
    toReplicas: requests(now) - requests(before),
  }
}

async function wholePages({ target, signal }: Run<ShopTarget>, gateway: Replica): Promise<Page[]> {
  const pages: Page[] = []
  for (let n = 0; n < whole; n++) {
    pages.push(await askPage(target, gateway, paths.page))
    await delay(samplePeriodMs, undefined, { signal })
  }
  return pages
}

async function untilWhole(
  { target, signal, progress }: Run<ShopTarget>,
  gateway: Replica,
  { rule }: AllOutConfig,
): Promise<Pick<CallerAllOut, 'meanwhile' | 'wholeBetween'>> {
  const meanwhile: Page[] = []
  const endAt = performance.now() + rule.baseMs + 3 * rule.intervalMs
  for (let lastAskedAt = performance.now(); performance.now() < endAt; ) {
    const askedAt = performance.now()
    const page = await askPage(target, gateway, paths.page)
    if (isWhole(page)) {
      progress(`pages of ${gateway.name} are whole again`)
      return { meanwhile, wholeBetween: [lastAskedAt, performance.now()] }
    }
    meanwhile.push(page)
    lastAskedAt = askedAt
    await delay(lookEveryMs, undefined, { signal })
  }
  return { meanwhile }
}

/** Of all replicas together; undefined where one of their proxies does not count. */
async function inboundOf(target: ShopTarget, replicas: readonly Host[]): Promise<number | undefined> {
  const each = await Promise.all(replicas.map((host) => inboundRequests(target.admin(host))))
  return each.reduce<number | undefined>((sum, one) => (sum === undefined || one === undefined ? undefined : sum + one), 0)
}
