import { join } from 'node:path'
import { placeCanaryOrders } from './canary-orders.ts'
import type { AnyExperiment } from './experiment.ts'
import { checkInvariants } from './invariants/check-invariants.ts'
import { junit } from './report/junit.ts'
import { report } from './report/report.ts'
import { type ExperimentResult, passed } from './result.ts'
import { leftovers, runExperiment } from './runner.ts'
import type { Target } from './target.ts'
import { replaceFile, writeResult } from './write-result.ts'

export interface ExperimentsRun {
  readonly target: Target
  readonly experiments: readonly AnyExperiment[]
  /** Folder of the results, e.g. `out`. */
  readonly out: string
  /** Aborted to end early; everything is undone before the promise rejects. */
  readonly signal: AbortSignal
  /** One line for the person who watches. */
  readonly progress: (line: string) => void
}

export interface ExperimentsReport {
  readonly results: readonly ExperimentResult[]
  readonly passed: boolean
  /** The HTML page. */
  readonly page: string
}

/**
 * Removes what a killed run left behind, runs experiments one after another, and writes their results:
 * `experiments/<name>.json` each, `report.html` and `junit.xml` of all, also after each, so that a run that is ended leaves what it knows.
 */
export async function runExperiments({ target, experiments, out, signal, progress }: ExperimentsRun): Promise<ExperimentsReport> {
  for (const { what, remove } of await leftovers(target)) {
    await remove()
    progress(`removed what an earlier run left behind: ${what}`)
  }
  const page = join(out, 'report.html')
  const results: ExperimentResult[] = []
  for (const experiment of experiments) {
    const result = await runExperiment(experiment, {
      target,
      signal,
      progress: (line) => progress(`${experiment.name}: ${line}`),
      placeOrders: placeCanaryOrders,
      checkInvariants,
    })
    results.push(result)
    progress(`${experiment.name}: ${passed(result) ? 'passed' : 'FAILED'}, ${await writeResult(out, result)}`)
    await replaceFile(page, report(results))
    await replaceFile(join(out, 'junit.xml'), junit(results))
  }
  return { results, passed: results.every(passed), page }
}
