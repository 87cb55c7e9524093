import { UsageError } from '../../cli/command-error.ts'
import { type ExitCode, exitCodes } from '../../cli/exit-codes.ts'
import { unknown } from '../../cli/nearest.ts'
import { printJson, type TargetName } from '../../cli/options.ts'
import type { AnyExperiment } from '../core/experiment.ts'
import { exitCodeOf } from '../core/result.ts'
import { resultToJson } from '../core/result-json.ts'
import { verdictTable } from '../core/verdict-table.ts'
import { experiments } from '../shop/experiments.ts'
import { runExperiments } from '../shop/run-experiments.ts'
import type { ShopTarget } from '../shop/shop-target.ts'
import { openTarget } from './open-target.ts'

export interface RunOptions {
  /** Folder of the results. */
  readonly out: string
  readonly target: TargetName
  readonly json: boolean
}

/**
 * `experiment run <name>…|all`. The first Ctrl-C ends it in order; later ones change nothing, because putting back must not be interrupted.
 * @throws CommandError when nothing was begun: no such experiment, no shop, another run goes on, results cannot be written
 */
export async function runNamed(names: readonly string[], { out, target: where, json }: RunOptions, signal: AbortSignal): Promise<ExitCode> {
  const selected = chosen(names)
  const target = await openTarget(where)
  signal.addEventListener('abort', () => process.stderr.write(`${signal.reason.message}: putting everything back\n`), { once: true })
  try {
    const started = performance.now()
    const { results, page } = await runExperiments({
      target,
      experiments: selected,
      out,
      signal,
      progress: (line) => process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}\n`),
    })
    if (json) printJson(results.map(resultToJson))
    else process.stdout.write(`${verdictTable(results)}report: ${page}\n`)
    const remains = results.flatMap(({ rollback }) => rollback.remains)
    if (remains.length > 0) process.stderr.write(`still broken: ${remains.join('; ')}\n`)
    else if (signal.aborted) process.stderr.write('everything was put back\n')
    const exitCode = exitCodeOf(results)
    return signal.aborted && exitCode !== exitCodes.stillBroken ? exitCodes.interrupted : exitCode
  } catch (error) {
    if (!signal.aborted) throw error
    process.stderr.write('interrupted before anything was broken\n')
    return exitCodes.interrupted
  } finally {
    await target.close()
  }
}

function chosen(names: readonly string[]): readonly AnyExperiment<ShopTarget>[] {
  if (names.includes('all')) return experiments
  const known = experiments.map(({ name }) => name)
  return names.map((name) => {
    const found = experiments.find((experiment) => experiment.name === name)
    if (found === undefined) throw new UsageError(unknown('experiment', name, known))
    return found
  })
}
