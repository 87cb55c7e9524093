import { openTarget } from '../experiments/commands/open-target.ts'
import type { EjectionObserved } from '../experiments/core/ejection/verdict.ts'
import { orphanedFaults } from '../experiments/core/orphaned-faults.ts'
import type { RunContext } from '../experiments/core/run-state.ts'
import { catalogEjection } from '../experiments/shop/catalog-ejection.ts'
import { httpbinPool } from '../experiments/shop/httpbin-pool.ts'
import type { ShopTarget } from '../experiments/shop/shop-target.ts'
import type { JudgedRun } from './precision/judged-run.ts'
import { keepBusy } from './precision/keep-busy.ts'
import { type Once, runOnce } from './precision/run-once.ts'

/** What many runs came to. */
export interface Precision {
  /** Cores that something else kept busy meanwhile. */
  readonly busy: number
  readonly pool: readonly JudgedRun[]
  readonly ejection: readonly EjectionRun[]
}

export interface EjectionRun extends JudgedRun {
  /** ms from when the first request was sent that failed until the caller's proxy showed the ejection, of each caller. */
  readonly toEjectionMs: readonly number[]
  /** ms from when the fault was away until the proxy showed the host back. Its ejection time ends then, not before. */
  readonly toReturnMs: readonly number[]
}

export interface PrecisionOptions extends Pick<RunContext, 'progress' | 'signal'> {
  readonly runs: number
  readonly busy: number
}

/** One round is a run: a breaker that is right on average is not right. */
const pool: typeof httpbinPool = { ...httpbinPool, config: async (target) => ({ ...(await httpbinPool.config(target)), rounds: 1 }) }

/**
 * Plays pool and ejection in turn on the running shop, each judged as its experiment judges it.
 * @throws NoShop, AnotherRun before anything is touched; StillBroken
 */
export async function benchPrecision({ runs, busy, progress, signal }: PrecisionOptions): Promise<Precision> {
  const target = await openTarget('local')
  try {
    const lock = await target.lock()
    const stop = keepBusy(busy)
    try {
      for (const { remove } of await orphanedFaults(target)) await remove()
      return await play(runs, { target, progress, signal: AbortSignal.any([signal, lock.lost]) }, busy)
    } finally {
      await stop()
      await lock.release()
    }
  } finally {
    await target.close()
  }
}

async function play(runs: number, { progress, ...context }: RunContext<ShopTarget>, busy: number): Promise<Precision> {
  const played = { busy, pool: [] as JudgedRun[], ejection: [] as EjectionRun[] }
  const quiet = { ...context, progress: () => {} }
  for (let run = 1; run <= runs; run++) {
    const { observed: _, rolledBackAt: __, ...ofPool } = await runOnce(pool, quiet)
    played.pool.push(ofPool)
    const ofEjection = timed(await runOnce(catalogEjection, quiet))
    played.ejection.push(ofEjection)
    progress(`run ${run} of ${runs}: pool ${inWords(ofPool)}, ejection ${inWords(ofEjection)}`)
  }
  return played
}

const inWords = ({ verdict, reasons }: JudgedRun): string => [verdict, ...reasons].join(': ')

function timed({ observed, rolledBackAt, ...judged }: Once<EjectionObserved>): EjectionRun {
  const ejections = observed?.callers.flatMap(({ ejection }) => ejection ?? []) ?? []
  return {
    ...judged,
    toEjectionMs: ejections.flatMap(({ firstFailedAt, shownAt }) => (firstFailedAt === undefined ? [] : [shownAt - firstFailedAt])),
    toReturnMs: ejections.flatMap(({ returnedAt }) =>
      returnedAt === undefined || rolledBackAt === undefined ? [] : [returnedAt - rolledBackAt],
    ),
  }
}
