import type { Story } from '../../core/experiment.ts'
import { trafficBins } from '../../core/traffic-bins.ts'
import type { Config, Observed } from './verdict.ts'

/** The run in a sentence. */
export function story({ replicas, orderly }: Config, { records, fromMs, untilMs, callers }: Observed): Story {
  const failed = records.filter(({ outcome }) => outcome !== 'ok').length
  const retries = callers.reduce((sum, { counted }) => sum + (counted?.retries ?? 0), 0)
  return {
    summary: `${replicas} replicas of catalog were ${orderly ? 'restarted' : 'killed'} one after another within ${((untilMs - fromMs) / 1000).toFixed(1)} s: of ${records.length} pages ${failed} failed, and the mesh sent ${retries} reads again.`,
    traffic: [trafficBins(records, { caller: 'customers', binMs: 250 })],
  }
}
