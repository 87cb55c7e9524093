import { percentile } from '../../../checks/percentile.ts'
import type { Story } from '../../core/experiment.ts'
import { besideMs } from '../../core/hung/too-slow.ts'
import { trafficOf } from '../../core/sent-request.ts'
import type { Page } from '../page.ts'
import type { HungConfig, HungObserved } from './verdict.ts'

/** What customers of all gateways saw, and what was sent to fill the pools. */
export function hungStory({ timeoutMs, hungMs }: HungConfig, { startedAt, callers }: HungObserved): Story {
  const pages = callers.flatMap((one) => one.pages)
  const took = (quantile: number) =>
    Math.round(
      percentile(
        pages.map(({ ms }) => ms),
        quantile,
      ) ?? 0,
    )
  const recovered = callers.map(({ recoveredMs }) => recoveredMs ?? Number.POSITIVE_INFINITY)
  const slowest = Math.max(...recovered)
  const refused = callers.reduce((sum, { overflows, nobodyHealthy }) => sum + overflows + nobodyHealthy, 0)
  const back = Number.isFinite(slowest) ? `whole pages were back after ${(slowest / 1000).toFixed(1)} s` : 'whole pages did not come back'
  return {
    summary: `While inventory hung for ${(hungMs / 1000).toFixed(1)} s, ${pages.length} pages were asked for: half of them came within ${took(0.5)} ms, 99 % within ${took(0.99)} ms, without availability. Proxies refused ${refused} requests at once; ${back}.`,
    traffic: callers.flatMap(({ caller, requests, ...seen }) => {
      const all = [...seen.before, ...seen.pages, ...seen.meanwhile, ...seen.after]
      const deadlineMs = timeoutMs + besideMs
      return [
        trafficOf(all.map(asRequest), { startedAt, caller: `pages of ${caller}`, deadlineMs }),
        trafficOf(requests, { startedAt, caller: `${caller} to inventory, beside pages`, deadlineMs }),
      ]
    }),
  }
}

const asRequest = ({ sentAt, ms, status }: Page) => ({ at: sentAt, ms, overloaded: false, ...(status !== undefined && { status }) })
