import type { Check } from '../../checks/check.ts'
import type { Action, Rollback } from './action.ts'
import type { Decisive } from './judge.ts'
import type { PolicyNumber, Reason, Traffic } from './result.ts'
import type { Target } from './target.ts'
import type { Watched } from './timeline.ts'

/** What an observation may use. Every wait in it must end when `signal` aborts. */
export interface Run<T extends Target = Target> {
  readonly target: T
  readonly signal: AbortSignal
  /** One line for the person who watches. */
  readonly progress: (line: string) => void
  /** Breaks what is to be broken. Called by the observation, because only that knows what it must have counted before. */
  readonly applyAction: () => Promise<void>
  /** Removes the injected fault early, for experiments that watch the recovery. */
  readonly rollbackAction: Rollback
  /** Does something while no background traffic is sent, so that none of it falls into it. */
  readonly quietly: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** Notes for the report what the observation does to the system now, e.g. `burst begins`; injecting and removing the fault are noted anyway. */
  readonly event: (what: string) => void
  /** The clock of everything that the result has over time: ms since the run began. */
  readonly elapsedMs: () => number
}

/** What the report tells of an observation beside its checks. */
export interface Story {
  /** One sentence for a manager, with the numbers of this observation. */
  readonly summary?: string
  /** What each sender saw over time, on the clock of `Run.elapsedMs`. */
  readonly traffic?: readonly Traffic[]
}

/**
 * One hypothesis about the mesh, with the way to break it and the way to judge it.
 * `Config` is the policy under test, read from the target; `Observed` is what was measured; `T` is what it needs of the mesh it runs in.
 */
export interface Experiment<Config extends object, Observed, T extends Target = Target> {
  /** Also the name of the result file. */
  readonly name: string
  /** One sentence a reader can disagree with. */
  readonly hypothesis: string
  /** Reads the rule that expected values derive from. A missing rule is a value that fails the verdict, not an error. */
  config(target: T): Promise<Config>
  /**
   * What must be added to the mesh so that this can run, e.g. a way into the callers' proxies: in force from before the first steady state
   * until after the last. Nothing when absent.
   */
  instruments?(target: T, config: Config): Promise<readonly Action[]>
  /** Holds before anything is broken, and again when everything is put back; polled until it does. */
  steadyState(target: T, config: Config): Promise<readonly Check[]>
  /** Caller proxies and destination whose statistics make the timeline. */
  watch(target: T): Promise<readonly Watched[]>
  /** What `applyAction` breaks. */
  action(target: T, config: Config): Promise<Action>
  observe(run: Run<T>, config: Config): Promise<Observed>
  /** Pure: the same observation always gets the same verdict. */
  verdict(config: Config, observed: Observed): readonly Check[]
  /** Pure, as the verdict; without it the report tells what it finds in timeline and checks. */
  story?(config: Config, observed: Observed): Story
  /** The numbers of the policy that expected values derive from, and the fields that give them. */
  policyNumbers?(target: T, config: Config): Promise<readonly PolicyNumber[]>
  /** Why checks failed, where the policy in force explains it. Nothing when absent. */
  explain?(target: T, checks: readonly Check[]): Promise<readonly Reason[]>
  readonly negativeControl: Decisive & {
    /** What is taken away, e.g. `outlierDetection removed`. */
    readonly change: string
    /** Takes the rule away; in force once the callers' proxies live without it. Nothing when absent. */
    action?(target: T): Promise<Action>
    /**
     * What is taken away is not in the mesh but in what the observation does: it gets this config, e.g. one by which nobody sends again,
     * and is judged by the original one.
     */
    without?(config: Config): Config
  }
}

/** As the runner and the list see them: a run hands an experiment only what that experiment returned itself. */
export type AnyExperiment<T extends Target = Target> = Experiment<object, unknown, T>
