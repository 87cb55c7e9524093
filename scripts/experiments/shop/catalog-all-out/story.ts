import { percentile } from '../../../checks/percentile.ts'
import type { Story } from '../../core/experiment.ts'
import { trafficBins } from '../../core/traffic-bins.ts'
import { isWhole, type Page } from '../page.ts'
import type { AllOutConfig, AllOutObserved, Answered } from './verdict.ts'

const binMs = 250

/** What customers of all gateways saw. */
export function allOutStory({ replicas, rule }: AllOutConfig, { startedAt, callers }: AllOutObserved): Story {
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
    summary: `500s in a row ejected ${mostOut(callers.map(({ on500 }) => on500))} of ${replicas} catalog replicas, ${rule.consecutiveErrors} 503s in a row ${mostOut(callers.map(({ on503 }) => on503))}. Then proxies answered ${unasked} calls themselves (UH): a page without prices took ${median(out)} ms, and ${median(failing)} ms while catalog was asked in vain.`,
    traffic: callers.map(({ caller, on500, on503, whileOut, meanwhile }) =>
      trafficBins(
        [...on500.pages, ...on503.pages, ...whileOut.pages, ...whileOut.lists, ...meanwhile].map((page) => ({
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
