import type { BreakerState } from '../../../breaker-watch/breaker.ts'
import type { Series } from '../result.ts'

/** A stretch of one state. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
  readonly state: BreakerState
  readonly cause?: string
}

/** Requests that failed at a host, or that a pool refused, at one moment. */
export interface Mark {
  readonly atMs: number
  readonly kind: 'refused' | 'failed'
  readonly count: number
}

/** Samples → stretches: a state lasts until the sample that shows another. */
export function spans({ samples }: Series): Span[] {
  const found: Span[] = []
  for (const { atMs, state, cause } of samples) {
    const last = found.at(-1)
    if (last !== undefined) found[found.length - 1] = { ...last, toMs: atMs }
    if (last?.state !== state) found.push({ fromMs: atMs, toMs: atMs, state, ...(cause === undefined ? {} : { cause }) })
  }
  return found
}

/** Samples → what to count below the stretches; what was answered is in the charts. */
export function marks({ samples }: Series): Mark[] {
  return samples.flatMap(({ atMs, refused = 0, failed = 0 }) =>
    (
      [
        { atMs, kind: 'failed', count: failed },
        { atMs, kind: 'refused', count: refused },
      ] as const
    ).filter(({ count }) => count > 0),
  )
}
