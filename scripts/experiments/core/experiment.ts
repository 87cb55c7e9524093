import type { Check } from '../../checks/check.ts'
import type { Action } from './action.ts'
import type { Decisive } from './judge.ts'
import type { Rollback, Target } from './target.ts'
import type { Watched } from './timeline.ts'

/** What an observation may use. Every wait in it must end when `signal` aborts. */
export interface Run {
  readonly target: Target
  readonly signal: AbortSignal
  /** One line for the person who watches. */
  readonly progress: (line: string) => void
  /** Breaks what is to be broken. Called by the observation, because only that knows what it must have counted before. */
  readonly applyAction: () => Promise<void>
  /** Removes the injected fault early, for experiments that watch the recovery. */
  readonly rollbackAction: Rollback
  /** Does something while no background traffic is sent, so that none of it falls into it. */
  readonly quietly: <Result>(work: () => Promise<Result>) => Promise<Result>
}

/**
 * One hypothesis about the mesh, with the way to break it and the way to judge it.
 * `Config` is the policy under test, read from the target; `Observed` is what was measured.
 */
export interface Experiment<Config extends object, Observed> {
  /** Also the name of the result file. */
  readonly name: string
  /** One sentence a reader can disagree with. */
  readonly hypothesis: string
  /** Reads the rule that expected values derive from. A missing rule is a value that fails the verdict, not an error. */
  config(target: Target): Promise<Config>
  /** Holds before anything is broken, and again when everything is put back; polled until it does. */
  steadyState(target: Target, config: Config): Promise<readonly Check[]>
  /** Caller proxies and destination whose statistics make the timeline. */
  watch(target: Target): Promise<readonly Watched[]>
  /** What `applyAction` breaks. */
  action(target: Target, config: Config): Promise<Action>
  observe(run: Run, config: Config): Promise<Observed>
  /** Pure: the same observation always gets the same verdict. */
  verdict(config: Config, observed: Observed): readonly Check[]
  readonly negativeControl: Decisive & {
    /** What is taken away, e.g. `outlierDetection removed`. */
    readonly change: string
    /** Takes the rule away; in force once the callers' proxies live without it. */
    action(target: Target): Promise<Action>
  }
}

/** As the runner and the list see them: a run hands an experiment only what that experiment returned itself. */
export type AnyExperiment = Experiment<object, unknown>
