import { percentile } from '../../../checks/percentile.ts'
import type { Story } from '../../core/experiment.ts'
import { trafficBins } from '../../core/traffic-bins.ts'
import { isWhole, type Page } from '../page.ts'
import type { AllOutConfig, AllOutObserved, Answered } from './verdict.ts'

const binMs = 250

/** What customers of all gateways saw. */
export function allOutStory({ replicas }: AllOutConfig, { startedAt, callers }: AllOutObserved): Story {
  const median = (pages: readonly Page[]) =>
    Math.round(
      percentile(
        pages.map(({ ms }) => ms),
        0.5,
      ) ?? 0,
    )
  const [failing, out] = [callers.flatMap(({ on500 }) => on500.pages), callers.flatMap(({ whileOut }) => whileOut.pages)]
  const mostOut = (answered: readonly Answered[]) => Math.max(0, ...answered.map((one) => one.mostOut))
  const unasked = callers.reduce((sum, { whileOut }) => sum + whileOut.nobodyHealthy.byProxy, 0)
  return {
    summary: `While all ${replicas} catalog replicas answered 500, ${mostOut(callers.map(({ on500 }) => on500))} were ejected; while they answered 503, ${mostOut(callers.map(({ on503 }) => on503))} were. Then proxies answered ${unasked} calls themselves (UH): a page without prices took ${median(out)} ms, and ${median(failing)} ms while catalog was asked in vain.`,
    traffic: callers.map(({ caller, before, on500, on503, whileOut, meanwhile, after }) =>
      trafficBins(
        [...before, ...on500.pages, ...on503.pages, ...whileOut.pages, ...whileOut.lists, ...meanwhile, ...after].map((page) => ({
          sentAtMs: page.sentAt - startedAt,
          endedAtMs: page.sentAt - startedAt + page.ms,
          outcome: isWhole(page) ? ('ok' as const) : ('failed' as const),
          answered: page.status !== undefined,
        })),
        { caller: `pages of ${caller}`, binMs },
      ),
    ),
  }
}
