import { styleText } from 'node:util'
import { type ExitCode, exitCodes } from '../cli/exit-codes.ts'
import { printJson } from '../cli/options.ts'
import { exitCodeOf } from '../experiments/core/result.ts'
import { resultToJson } from '../experiments/core/result-json.ts'
import { verdictTable } from '../experiments/core/verdict-table.ts'
import { catalogEjection } from '../experiments/shop/catalog-ejection.ts'
import { httpbinPool } from '../experiments/shop/httpbin-pool.ts'
import { ordersUnderKill } from '../experiments/shop/orders-under-kill.ts'
import { runShopExperiments } from '../experiments/shop/run-shop-experiments.ts'
import { localTarget } from '../experiments/shop/targets/local-target.ts'
import { down } from '../local/commands/down.ts'
import { up } from '../local/commands/up.ts'
import { localPaths } from '../local/paths.ts'
import { readState } from '../local/state.ts'

/** A killed process, a pool limit, an ejection: what one sees within minutes. `experiment run all` has the others. */
const demonstrated = [ordersUnderKill, httpbinPool, catalogEjection]

/**
 * `demo`: starts the shop, breaks it while customers order, prints the verdicts, stops what it started.
 * @throws CommandError when the shop does not start, or what `signal` was aborted with, when all is stopped
 */
export async function demo({ keep, json }: { readonly keep: boolean; readonly json: boolean }, signal: AbortSignal): Promise<ExitCode> {
  const { chapter, indented, print } = printer(json ? console.error : console.log)
  const paths = localPaths()
  const ranBefore = (await readState(paths.state)) !== undefined
  let exitCode: ExitCode = exitCodes.failed
  try {
    chapter('Starting the shop: every replica with its own Envoy, one Kafka broker')
    await up(paths, { foreground: false, stays: keep && !json, print }, signal)

    chapter('Breaking it: experiments with verdicts, each with its negative control')
    const report = await runShopExperiments({
      target: await localTarget(),
      experiments: demonstrated,
      out: 'out',
      signal,
      progress: indented,
    })
    signal.throwIfAborted()

    chapter('Verdicts')
    indented(verdictTable(report.results).trimEnd())
    for (const { summary } of report.results) if (summary !== undefined) indented(summary)
    indented(`report: ${report.page}`)
    exitCode = exitCodeOf(report.results)
    if (json) printJson({ experiments: report.results.map(resultToJson), report: report.page })
  } finally {
    if (!ranBefore && !keep) {
      chapter('Stopping')
      await down(paths, { purge: false, print })
    }
  }
  print(`\n${endings.get(exitCode) ?? styleText('red', 'Not everything held: see the verdicts above.')}`)
  return exitCode
}

/** By exit code. */
const endings: ReadonlyMap<number, string> = new Map([
  [exitCodes.done, 'Everything held.'],
  [exitCodes.inconclusive, 'Nothing failed, but not everything could be judged: see the reasons above.'],
])

const printer = (print: (line: string) => void) => ({
  print,
  chapter: (title: string): void => print(`\n${styleText('bold', title)}`),
  indented: (text: string): void => print(text.replace(/^/gm, '  ')),
})
