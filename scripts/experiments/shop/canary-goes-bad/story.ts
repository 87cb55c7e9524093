import type { Story } from '../../core/experiment.ts'
import { trafficBins } from '../../core/traffic-bins.ts'
import type { Config, Observed } from './verdict.ts'

/** The run in a sentence. */
export function story({ percent }: Config, { callers, records, allBadMs, takeBackMs, takenBackMs }: Observed): Story {
  const failed = records.filter(({ outcome }) => outcome !== 'ok')
  const allBad = records.filter(({ sentAtMs }) => sentAtMs >= allBadMs && sentAtMs < takeBackMs)
  const failures = callers.map((one) => one.failed).join(' and ')
  return {
    summary: `With ${percent} % of the requests at the canary, its bad replica was ${
      callers.every(({ ejected }) => ejected) ? 'ejected after' : 'not ejected in spite of'
    } ${failures} failures. When all of it was bad, ${allBad.filter(({ outcome }) => outcome !== 'ok').length} of ${allBad.length} pages failed; after the split was taken back, ${failed.filter(({ sentAtMs }) => sentAtMs >= takenBackMs).length}.`,
    traffic: [trafficBins(records, { caller: 'customers', binMs: 250 })],
  }
}
