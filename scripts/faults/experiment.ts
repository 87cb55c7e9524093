import type { Check } from './check.ts'
import type { Target, Undo } from './target.ts'
import type { Watched } from './timeline.ts'

/** What an observation may use. Every wait in it must end when `signal` aborts. */
export interface Run {
  readonly target: Target
  readonly signal: AbortSignal
  /** One line for the person who watches. */
  readonly progress: (line: string) => void
  /** Removes the injected fault early, for experiments that watch the recovery. */
  readonly lift: Undo
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
  /** Holds before anything is broken; polled until it does. */
  steady(target: Target, config: Config): Promise<readonly Check[]>
  /** Caller proxies and callee whose statistics make the timeline. */
  watch(target: Target): Promise<readonly Watched[]>
  /** Breaks one thing. */
  inject(target: Target, config: Config): Promise<Undo>
  observe(run: Run, config: Config): Promise<Observed>
  /** Pure: the same observation always gets the same verdict. */
  verdict(config: Config, observed: Observed): readonly Check[]
  readonly negativeControl: {
    /** What is taken away, e.g. `outlierDetection removed`. */
    readonly change: string
    /** The check that must fail without the rule; others may. */
    readonly mustFail: string
    /** The check that holds all the same: without it a control would also "fail as it must" when nothing works at all. */
    readonly mustHold: string
    /** Returns once the callers' proxies live without the rule. */
    apply(target: Target): Promise<Undo>
  }
}

/** As the runner and the list see them: a run hands an experiment only what that experiment returned itself. */
export type AnyExperiment = Experiment<object, unknown>
