import { styleText } from 'node:util'
import { type ExitCode, exitCodes } from '../cli/exit-codes.ts'
import { printJson } from '../cli/options.ts'
import { exitCodeOf } from '../experiments/core/result.ts'
import { resultToJson } from '../experiments/core/result-json.ts'
import { verdictTable } from '../experiments/core/verdict-table.ts'
import { experiments } from '../experiments/shop/experiments.ts'
import { runShopExperiments } from '../experiments/shop/run-shop-experiments.ts'
import { localTarget } from '../experiments/shop/targets/local-target.ts'
import { loadReportText } from '../load/report-text.ts'
import { down } from '../local/commands/down.ts'
import { up } from '../local/commands/up.ts'
import { localPaths } from '../local/paths.ts'
import { readState } from '../local/state.ts'
import { ordersUnderKill } from './orders-under-kill.ts'

/**
 * `demo`: starts the shop, places orders while a service is killed, runs every experiment, prints the verdicts, stops what it started.
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

    chapter('Placing 120 orders, and killing the orders service (kill -9) while they run')
    const orders = await ordersUnderKill({ count: 120, victim: 'orders', signal, progress: indented })
    indented(loadReportText(orders).trimEnd())
    const lost = orders.lost.length + orders.givenUp

    chapter('Breaking it: experiments with verdicts, each with its negative control')
    const report = await runShopExperiments({ target: await localTarget(), experiments, out: 'out', signal, progress: indented })
    signal.throwIfAborted()

    chapter('Verdicts')
    indented(verdictTable(report.results).trimEnd())
    indented(`orders under kill -9: ${orders.accepted} accepted, ${orders.confirmed} confirmed, ${lost} lost`)
    indented(`report: ${report.page}`)
    exitCode = exitCodeOf(report.results)
    if (lost > 0 && exitCode !== exitCodes.stillBroken) exitCode = exitCodes.failed
    if (json) printJson({ orders, experiments: report.results.map(resultToJson), report: report.page })
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
