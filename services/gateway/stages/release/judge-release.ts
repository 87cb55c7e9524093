import type { Answers, ReleaseEvidence } from '../../../shared/contracts/api/gateway.ts'
import { fisherExact } from './fisher.ts'

/** What both stages answered in the same time. */
export interface Compared {
  readonly canary: Answers
  readonly prod: Answers
}

/** The whole release, and its last minute: a canary that was good for a day and fails now is not saved by its past. */
export type Spans = Readonly<Record<ReleaseEvidence['span'], Compared>>

/** Of the releases of a canary that is as good as prod, at most this part is undone by mistake, by each replica. */
export const mistakes = 0.01

/**
 * How small a p-value must be at the n-th look (from 1): who looks again and again finds something by chance at last. All thresholds of both
 * spans together are `mistakes`, however often one looks (1/(1·2) + 1/(2·3) + … = 1).
 */
export const thresholdAt = (look: number): number => mistakes / (2 * look * (look + 1))

/** Whether the canary is worse than prod beyond chance; then with the numbers that say so. */
export function judgeRelease(spans: Spans, look: number): ReleaseEvidence | undefined {
  const threshold = thresholdAt(look)
  for (const span of ['release', 'last minute'] as const) {
    const pValue = fisherExact(spans[span].canary, spans[span].prod)
    if (pValue < threshold) return { ...spans[span], span, pValue, threshold }
  }
  return undefined
}
