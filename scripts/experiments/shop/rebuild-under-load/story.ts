import type { Story } from '../../core/experiment.ts'
import { readTraffic } from './read-lists.ts'
import type { Config, Observed } from './verdict.ts'

/** The run in a sentence. */
export function story({ projection }: Config, { startedAt, accepted, rebuild, reads, readsMeanwhile }: Observed): Story {
  const unanswered = reads.filter((read) => read.orders === undefined).length
  const what = rebuild?.report
    ? `${projection} was made again from ${rebuild.report.events} events in ${(rebuild.tookMs / 1000).toFixed(1)} s, ${
        rebuild.report.differing
      } rows differ`
    : 'order-history was killed and started anew'
  return {
    summary: `While ${accepted.length} orders came in, ${what}; ${unanswered} of ${reads.length} reads were not answered (${readsMeanwhile} of them began meanwhile).`,
    traffic: [readTraffic(reads, startedAt)],
  }
}
