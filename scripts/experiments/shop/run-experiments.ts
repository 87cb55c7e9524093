import { join } from 'node:path'
import type { AnyExperiment } from '../core/experiment.ts'
import { orphanedFaults } from '../core/orphaned-faults.ts'
import { junit } from '../core/report/junit.ts'
import { report } from '../core/report/report.ts'
import { type ExperimentResult, reasonOf, verdictWords } from '../core/result.ts'
import { runExperiment } from '../core/runner.ts'
import { ensureWritable, readResults, replaceFile, writeResult } from '../core/write-result.ts'
import { checkInvariants } from './invariants/check-invariants.ts'
import { startOrders } from './orders-in-flight.ts'
import type { ShopTarget } from './shop-target.ts'

export interface ExperimentsRun {
  readonly target: ShopTarget
  readonly experiments: readonly AnyExperiment<ShopTarget>[]
  /** Folder of the results, e.g. `out`. */
  readonly out: string
  /** Aborted to end early; the result of the one that goes on says so, when everything is undone. */
  readonly signal: AbortSignal
  /** One line for the person who watches. */
  readonly progress: (line: string) => void
}

export interface ExperimentsReport {
  /** Of this run. */
  readonly results: readonly ExperimentResult[]
  /** The HTML page. */
  readonly page: string
}

/**
 * Removes what a killed run left behind, runs experiments one after another, and writes their results, also after each, so that a run
 * that is ended leaves what it knows: `experiments/<name>.json` each, `junit.xml` of this run, and `report.html` of the last run of every
 * experiment in the folder.
 * @throws AnotherRun, NoShop, UnwritableFolder before anything is touched
 */
export async function runExperiments({ target, experiments, out, signal, progress }: ExperimentsRun): Promise<ExperimentsReport> {
  await ensureWritable(out)
  const lock = await target.lock()
  const ended = AbortSignal.any([signal, lock.lost])
  const page = join(out, 'report.html')
  const results: ExperimentResult[] = []
  try {
    ended.throwIfAborted()
    // Nothing is broken that could not be audited afterwards.
    await target.brokers()
    for (const { description, remove } of await orphanedFaults(target)) {
      await remove()
      progress(`removed what an earlier run left behind: ${description}`)
    }
    for (const experiment of experiments) {
      if (ended.aborted) break
      const result = await runExperiment(experiment, {
        target,
        signal: ended,
        progress: (line) => progress(`${experiment.name}: ${line}`),
        startTraffic: startOrders,
        checkInvariants,
      })
      results.push(result)
      progress(`${experiment.name}: ${summary(result)}, ${await writeResult(out, result)}`)
      await replaceFile(page, report(await readResults(out, (file) => progress(`${file} is not of this version: left out of the report`))))
      await replaceFile(join(out, 'junit.xml'), junit(results))
    }
  } finally {
    await lock.release()
  }
  return { results, page }
}

function summary(result: ExperimentResult): string {
  const reason = reasonOf(result)
  return `${verdictWords[result.verdict]}${reason === undefined ? '' : ` (${reason})`}`
}
