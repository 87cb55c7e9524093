import type { Check } from '../../checks/check.ts'
import type { Waiting } from '../../checks/poll.ts'
import type { AnyExperiment } from './experiment.ts'
import type { ExperimentResult, NegativeControl, Series } from './result.ts'
import type { TellNews } from './run-news.ts'
import type { Target } from './target.ts'

/** What whoever starts a run gives it. */
export interface RunContext<T extends Target = Target> {
  readonly target: T
  /** Aborted by Ctrl-C or SIGTERM: the run ends with everything rolled back. */
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
  /** Told what is known already; nobody when absent. */
  readonly news?: TellNews
  /** Settling after an earlier run: an ejection may have to end first. Default: up to a minute. */
  readonly settling?: Omit<Waiting, 'signal'>
}

/** What a run has found out so far; a run that is interrupted keeps it. */
export interface Found {
  checks: readonly Check[]
  /** What the report tells beside them. */
  told: Pick<ExperimentResult, 'events' | 'summary' | 'traffic' | 'policy'>
  timeline: readonly Series[]
  negativeControl?: NegativeControl
  invariants: readonly Check[]
  /** What a rollback could not put back. */
  readonly remains: string[]
}

/** A run under way. */
export interface Running<T extends Target = Target> extends RunContext<T> {
  readonly experiment: AnyExperiment<T>
  readonly config: object
  readonly record: Found
  /** `Date.now()` */
  readonly startedAt: number
}
