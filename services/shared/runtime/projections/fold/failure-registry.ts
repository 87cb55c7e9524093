import type { ProjectionMetrics } from '../projection-metrics.ts'
import { WritersPaused } from '../rebuild/writer-lock.ts'
import { ProjectionFailed } from './apply-batches.ts'

/** What cannot go on at the moment, by name: a partition, or a step of the start. */
export interface FailureRegistry {
  failed(what: string, error: unknown): void
  /** It worked, or it is somebody else's now. */
  ended(what: string): void
  /** Ends whatever is not to be kept. */
  endedExcept(isKept: (what: string) => boolean): void
  reasons(): string[]
}

/** Remembers why, and shows it in the metrics under the projection that is at fault, or `database`. */
export function createFailureRegistry(metrics: Pick<ProjectionMetrics, 'failures' | 'failing'>): FailureRegistry {
  const failing = new Map<string, { readonly projection: string; readonly reason: string }>()

  const ended = (what: string): void => {
    const { projection } = failing.get(what) ?? {}
    failing.delete(what)
    const isOver = projection !== undefined && ![...failing.values()].some((other) => other.projection === projection)
    if (isOver) metrics.failing.set({ projection }, 0)
  }

  return {
    failed: (what, error) => {
      if (error instanceof WritersPaused) return
      const projection = error instanceof ProjectionFailed ? error.projection : 'database'
      if (failing.get(what)?.projection !== projection) ended(what)
      failing.set(what, { projection, reason: error instanceof Error ? error.message : String(error) })
      metrics.failures.inc({ projection })
      metrics.failing.set({ projection }, 1)
    },
    ended,
    endedExcept: (isKept) => {
      for (const what of [...failing.keys()]) if (!isKept(what)) ended(what)
    },
    reasons: () => [...new Set([...failing.values()].map(({ reason }) => reason))],
  }
}
