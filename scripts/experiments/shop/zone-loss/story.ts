import type { Story } from '../../core/experiment.ts'
import { trafficBins } from '../../core/traffic-bins.ts'
import type { Config, Observed } from './verdict.ts'

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

/** The run in a sentence. */
export function story(_: Config, { callers, failoverMs, returnMs, records }: Observed): Story {
  const failed = records.filter(({ outcome }) => outcome !== 'ok').length
  const far = callers.reduce((sum, { during }) => sum + during.far, 0)
  return {
    summary: `${
      failoverMs === undefined ? 'The lost zone was not left out' : `${seconds(failoverMs)} after the loss of a zone it was left out`
    }: ${failed} of ${records.length} pages failed, ${far} requests went to the other zone${
      returnMs === undefined ? '' : `, and they came home ${seconds(returnMs)} after the zone was let go`
    }.`,
    traffic: [trafficBins(records, { caller: 'customers', binMs: 250 })],
  }
}
