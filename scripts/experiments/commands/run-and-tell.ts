import { type ExitCode, exitCodes } from '../../cli/exit-codes.ts'
import { printJson } from '../../cli/options.ts'
import { exitCodeOf } from '../core/result.ts'
import { resultToJson } from '../core/result-json.ts'
import type { ExperimentsReport } from '../core/run-experiments.ts'
import { verdictTable } from '../core/verdict-table.ts'

/** Runs experiments for a person: progress while they run, then a table or JSON, what is still broken, and the exit code that says which. */
export async function runAndTell(
  run: (progress: (line: string) => void) => Promise<ExperimentsReport>,
  { json, signal }: { readonly json: boolean; readonly signal: AbortSignal },
): Promise<ExitCode> {
  signal.addEventListener('abort', () => process.stderr.write(`${signal.reason.message}: putting everything back\n`), { once: true })
  try {
    const started = performance.now()
    const {
      results,
      page,
      leftOut = [],
    } = await run((line) => process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}\n`))
    if (json) printJson(results.map(resultToJson))
    else process.stdout.write(`${verdictTable(results)}report: ${page}\n`)
    for (const line of leftOut) process.stderr.write(`${line}\n`)
    const remains = results.flatMap(({ rollback }) => rollback.remains)
    if (remains.length > 0) process.stderr.write(`still broken: ${remains.join('; ')}\n`)
    else if (signal.aborted) process.stderr.write('everything was put back\n')
    const ofResults = exitCodeOf(results)
    const exitCode = ofResults === exitCodes.done && leftOut.length > 0 ? exitCodes.inconclusive : ofResults
    return signal.aborted && exitCode !== exitCodes.stillBroken ? exitCodes.interrupted : exitCode
  } catch (error) {
    if (!signal.aborted) throw error
    process.stderr.write('interrupted before anything was broken\n')
    return exitCodes.interrupted
  }
}
