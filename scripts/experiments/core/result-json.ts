import { type CheckJson, checkFromJson, checkToJson } from '../../checks/check-json.ts'
import type { BreakerState, ExperimentResult, NegativeControl, Sample, Series, Verdict } from './result.ts'

/** `out/experiments/<name>.json`, see experiment-result.schema.json. Its words are kept: files of earlier versions stay readable. */
export type ResultJson = Verdict &
  Pick<ExperimentResult, 'name' | 'target' | 'startedAt' | 'durationMs' | 'config'> & {
    readonly claim: string
    readonly checks: readonly CheckJson[]
    readonly negativeControl?: Omit<NegativeControl, 'checks'> & { readonly checks: readonly CheckJson[] }
    readonly timeline: readonly SeriesJson[]
    readonly invariants: readonly CheckJson[]
    readonly undo: ExperimentResult['rollback']
  }

type StateJson = Exclude<BreakerState, 'overflow'> | 'pool-full'
type SeriesJson = Omit<Series, 'samples'> & { readonly samples: readonly (Omit<Sample, 'state'> & { readonly state: StateJson })[] }

export function resultToJson({
  hypothesis,
  rollback,
  checks,
  negativeControl,
  timeline,
  invariants,
  ...same
}: ExperimentResult): ResultJson {
  return {
    ...same,
    claim: hypothesis,
    checks: checks.map(checkToJson),
    ...(negativeControl && { negativeControl: { ...negativeControl, checks: negativeControl.checks.map(checkToJson) } }),
    timeline: timeline.map((series) => ({
      ...series,
      samples: series.samples.map((sample) => ({ ...sample, state: sample.state === 'overflow' ? 'pool-full' : sample.state })),
    })),
    invariants: invariants.map(checkToJson),
    undo: rollback,
  }
}

export function resultFromJson({ claim, undo, checks, negativeControl, timeline, invariants, ...same }: ResultJson): ExperimentResult {
  return {
    ...same,
    hypothesis: claim,
    checks: checks.map(checkFromJson),
    ...(negativeControl && { negativeControl: { ...negativeControl, checks: negativeControl.checks.map(checkFromJson) } }),
    timeline: timeline.map((series) => ({
      ...series,
      samples: series.samples.map((sample) => ({ ...sample, state: sample.state === 'pool-full' ? 'overflow' : sample.state })),
    })),
    invariants: invariants.map(checkFromJson),
    rollback: undo,
  }
}
