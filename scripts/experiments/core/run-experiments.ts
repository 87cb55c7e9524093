import { readEnvironment } from './environment.ts'
import type { AnyExperiment } from './experiment.ts'
import { orphanedFaults } from './orphaned-faults.ts'
import { reportPage, writeReport } from './report/write-report.ts'
import { type Environment, type ExperimentResult, reasonOf, verdictWords } from './result.ts'
import type { RunNews } from './run-news.ts'
import { type RunOptions, runExperiment } from './runner.ts'
import type { Target } from './target.ts'
import { ensureWritable, writeResult } from './write-result.ts'

/** `signal` is aborted to end early: the result of the one that goes on says so, when everything is put back. */
export interface ExperimentsRun<Outcome, T extends Target> extends Omit<RunOptions<Outcome, T>, 'settling'> {
  readonly experiments: readonly AnyExperiment<T>[]
  /** Folder of the results, e.g. `out`. */
  readonly out: string
  /** Of what the mesh itself does not know, for the report; what cannot be found out is left out. */
  readonly versions?: (target: T) => Promise<Partial<Environment>>
  /** Asked under the lock, before anything is touched. @throws what keeps the run from being judged */
  readonly prepare?: (target: T) => Promise<unknown>
}

export interface ExperimentsReport {
  /** Of this run. */
  readonly results: readonly ExperimentResult[]
  /** The HTML page. */
  readonly page: string
  /** What was asked for and could not be judged here, each with the reason. Default none. */
  readonly leftOut?: readonly string[]
}

/**
 * Removes what a killed run left behind, runs experiments one after another, and writes their results, also after each, so that a run
 * that is ended leaves what it knows: `experiments/<name>.json` each, `junit.xml` of this run, and `report.html` of the last run of every
 * experiment in the folder.
 * @throws AnotherRun, NoShop, UnwritableFolder before anything is touched
 */
export async function runExperiments<Outcome, T extends Target>(run: ExperimentsRun<Outcome, T>): Promise<ExperimentsReport> {
  const { target, experiments, out, signal, progress, news, startTraffic, checkInvariants } = run
  await ensureWritable(out)
  const lock = await target.lock()
  const ended = AbortSignal.any([signal, lock.lost])
  const results: ExperimentResult[] = []
  try {
    ended.throwIfAborted()
    await run.prepare?.(target)
    for (const { description, remove } of await orphanedFaults(target)) {
      await remove()
      progress(`removed what an earlier run left behind: ${description}`)
    }
    const environment = { ...(await readEnvironment(target)), ...(await run.versions?.(target).catch(() => undefined)) }
    for (const experiment of experiments) {
      if (ended.aborted) break
      const found = await runExperiment(experiment, {
        target,
        signal: ended,
        progress: (line) => progress(`${experiment.name}: ${line}`),
        ...(news && { news }),
        startTraffic,
        checkInvariants,
      })
      const result = { ...found, environment }
      results.push(result)
      progress(`${experiment.name}: ${summary(result)}, ${await writeResult(out, result)}`)
      await writeReport(out, results, (file) => progress(`${file} is not of this version: left out of the report`))
      news?.(endOf(result))
    }
  } finally {
    await lock.release()
  }
  return { results, page: reportPage(out) }
}

function summary(result: ExperimentResult): string {
  const reason = reasonOf(result)
  return `${verdictWords[result.verdict]}${reason === undefined ? '' : ` (${reason})`}`
}

function endOf(result: ExperimentResult): RunNews {
  const { name, verdict, durationMs, rollback } = result
  const reason = reasonOf(result)
  return { kind: 'ended', name, verdict, ...(reason !== undefined && { reason }), durationMs, remains: rollback.remains }
}
