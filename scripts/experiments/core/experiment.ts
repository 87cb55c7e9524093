import type { Check } from '../../checks/check.ts'
import type { Action } from './action.ts'
import type { Decisive } from './judge.ts'
import type { Target, Undo } from './target.ts'
import type { Watched } from './timeline.ts'

/** What an observation may use. Every wait in it must end when `signal` aborts. */
export interface Run {
  readonly target: Target
  readonly signal: AbortSignal
  /** One line for the person who watches. */
  readonly progress: (line: string) => void
  /** Breaks what is to be broken. Called by the observation, because only that knows what it must have counted before. */
  readonly inject: () => Promise<void>
  /** Removes the injected fault early, for experiments that watch the recovery. */
  readonly lift: Undo
  /** Does something while the run starts no new order, so that no request of the run's own customers falls into it. */
  readonly quietly: <Result>(work: () => Promise<Result>) => Promise<Result>
}

/**
 * One claim about the mesh, with the way to break it and the way to judge it.
 * `Config` is the policy under test, read from the target; `Observed` is what was measured.
 */
export interface Experiment<Config extends object, Observed> {
  /** Also the name of the result file. */
  readonly name: string
  /** One sentence a reader can disagree with. */
  readonly claim: string
  /** Reads the rule that expected values derive from. A missing rule is a value that fails the verdict, not an error. */
  config(target: Target): Promise<Config>
  /** Holds before anything is broken, and again when everything is put back; polled until it does. */
  steady(target: Target, config: Config): Promise<readonly Check[]>
  /** Caller proxies and callee whose statistics make the timeline. */
  watch(target: Target): Promise<readonly Watched[]>
  /** What `inject` breaks. */
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
