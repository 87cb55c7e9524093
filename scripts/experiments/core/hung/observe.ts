import type { Replica } from '../../../access/replica.ts'
import { refusals } from '../../../breaker-watch/pool-statistics.ts'
import { poll } from '../../../checks/poll.ts'
import { hosts as hostsOf } from '../../../envoy-admin/clusters.ts'
import { clusterStats } from '../../../envoy-admin/stats.ts'
import { type Destination, outboundCluster, type Workload } from '../destination.ts'
import type { Run } from '../experiment.ts'
import { fillPool } from '../pool/fill-pool.ts'
import type { SentRequest } from '../sent-request.ts'
import type { Target } from '../target.ts'
import { samplePeriodMs } from '../timeline.ts'
import { sendOutbound } from '../traffic.ts'
import { goOn } from './go-on.ts'
import type { CallerObserved, HungConfig, HungObserved } from './verdict.ts'

/** Who calls what. */
export interface Calls {
  readonly destination: Destination
  readonly caller: Workload
  readonly path: string
}

/** Calls of each caller before the service hangs, and again when it answers: what this machine takes for one. */
const alone = 10
const fillWithinMs = 5_000
/** Of a call beyond twice its time-out: without rules it would wait for ever. */
const beyondMs = 1_500

const statsOfPool = 'upstream_rq_pending_active|upstream_rq_(pending|active)_overflow'

/** Fills the pool of every caller's proxy with calls of a service that hangs, goes on calling, and lets it answer again. */
export async function observeHung(run: Run, config: HungConfig, calls: Calls): Promise<HungObserved> {
  const { target, progress } = run
  const callers = (await target.replicas(calls.caller)).filter(({ name }) => config.callers.includes(name))
  const before = await Promise.all(callers.map((one) => inTurn(run, one, calls)))
  await run.applyAction()
  const hung = await Promise.all(callers.map((one) => hang(run, one, config, calls)))
  await run.rollbackAction()
  progress(`${calls.destination.service} answers again`)
  const after = await Promise.all(callers.map((one) => inTurn(run, one, calls)))
  return {
    startedAt: Date.now() - run.elapsedMs(),
    callers: hung.map((seen, index) => ({ ...seen, before: before[index] ?? [], after: after[index] ?? [] })),
  }
}

const call = (target: Target, caller: Replica, { destination, path }: Calls, withinMs?: number): Promise<SentRequest> =>
  sendOutbound(target, caller, { destination, path, ...(withinMs !== undefined && { withinMs }) })

async function inTurn({ target, signal }: Run, caller: Replica, calls: Calls): Promise<SentRequest[]> {
  const sent: SentRequest[] = []
  for (let n = 0; n < alone; n++) {
    signal.throwIfAborted()
    sent.push(await call(target, caller, calls))
  }
  return sent
}

async function hang(
  { target, signal, progress }: Run,
  caller: Replica,
  config: HungConfig,
  calls: Calls,
): Promise<Omit<CallerObserved, 'before' | 'after'>> {
  const { maxConnections, maxPending, hosts, requests, beside, hungMs, perSecond, timeoutMs } = config
  const [admin, cluster] = [target.admin(caller), outboundCluster(calls.destination)]
  const startedAt = performance.now()
  const sent: SentRequest[] = []
  const under: Promise<SentRequest>[] = []
  // More than the rules allow, so that a call which does not end is seen.
  const longestMs = 2 * timeoutMs + beyondMs
  const send = (count: number): Promise<SentRequest>[] => {
    const some = Array.from({ length: count }, async () => {
      const ended = await call(target, caller, calls, longestMs)
      sent.push(ended)
      return ended
    })
    under.push(...some)
    return some
  }
  let mostAtOnce = 0
  const sample = async () => {
    const [known, pool] = await Promise.all([hostsOf(admin, cluster), clusterStats(admin, cluster, statsOfPool)])
    const active = known.reduce((sum, one) => sum + one.active, 0)
    const pending = pool.get('upstream_rq_pending_active')
    mostAtOnce = Math.max(mostAtOnce, active + (pending ?? 0))
    return { active, pending, pool }
  }

  const overflowsBefore = overflowsOf((await sample()).pool)
  const refusedSoFar = () => sent.filter(({ overloaded }) => overloaded).length
  const filling = { maxConnections, maxPending, hosts, requests, send, sample, refused: refusedSoFar }
  const { active, pending, refused } = await fillPool({ ...filling, timeoutMs: fillWithinMs, signal })
  const filled = { active, pending, refused, tookMs: performance.now() - startedAt }
  progress(`${caller.name}: ${active} requests at ${calls.destination.service}, ${pending ?? 'some'} wait, ${refused} refused`)
  const whileFull = send(beside)

  await goOn({
    perSecond,
    untilMs: startedAt + hungMs,
    send: () => Promise.all(send(1)),
    sample,
    lookEveryMs: samplePeriodMs,
    ended: () =>
      poll(
        async () => sent.length,
        (ended) => ended === under.length,
        { timeoutMs: 2 * longestMs, everyMs: 20, signal },
      ),
    signal,
  })
  const overflowsNow = overflowsOf((await sample()).pool)
  return {
    caller: caller.name,
    filled,
    beside: await Promise.all(whileFull),
    calls: sent,
    mostAtOnce,
    overflows: overflowsBefore === undefined || overflowsNow === undefined ? undefined : overflowsNow - overflowsBefore,
  }
}

const overflowsOf = (pool: ReadonlyMap<string, number>): number | undefined =>
  pool.has('upstream_rq_pending_overflow') ? refusals(pool) : undefined
