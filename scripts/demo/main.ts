import { parseArgs, styleText } from 'node:util'
import { exitCodeOf } from '../experiments/core/result.ts'
import { verdictTable } from '../experiments/core/verdict-table.ts'
import { experiments } from '../experiments/shop/experiments.ts'
import { runExperiments } from '../experiments/shop/run-experiments.ts'
import { localTarget } from '../experiments/shop/targets/local-target.ts'
import { loadReportText } from '../load/report-text.ts'
import { down } from '../local/commands/down.ts'
import { up } from '../local/commands/up.ts'
import { localPaths } from '../local/paths.ts'
import { readState } from '../local/state.ts'
import { ordersUnderKill } from './orders-under-kill.ts'

const usage = `Usage: npm run -s demo [-- --keep]

Starts the shop on this machine, places orders while a service is killed, runs every experiment with its negative control,
prints the verdicts, writes out/report.html, and stops what it started (--keep leaves the shop running).
Exit code: 0 when no order was lost and every verdict is a pass, 1 when one is a fail or an order was lost, 3 when nothing failed and something
could not be judged, e.g. because this machine is too slow; 130 after Ctrl-C, with everything stopped.`

/** @returns the exit code */
async function demo(keep: boolean, signal: AbortSignal): Promise<number> {
  const paths = localPaths()
  const ranBefore = (await readState(paths.state)) !== undefined
  let exitCode = 1
  try {
    chapter('Starting the shop: every replica with its own Envoy, one Kafka broker')
    await up(paths, { foreground: false, stays: keep }, signal)

    chapter('Placing 120 orders, and killing the orders service (kill -9) while they run')
    const orders = await ordersUnderKill({ count: 120, victim: 'orders', signal, progress: indented })
    indented(loadReportText(orders).trimEnd())
    const lost = orders.lost.length + orders.givenUp

    chapter('Breaking it: experiments with verdicts, each with its negative control')
    const report = await runExperiments({ target: await localTarget(), experiments, out: 'out', signal, progress: indented })
    signal.throwIfAborted()

    chapter('Verdicts')
    indented(verdictTable(report.results).trimEnd())
    indented(`orders under kill -9: ${orders.accepted} accepted, ${orders.confirmed} confirmed, ${lost} lost`)
    indented(`report: ${report.page}`)
    exitCode = lost === 0 ? exitCodeOf(report.results) : 1
  } finally {
    if (!ranBefore && !keep) {
      chapter('Stopping')
      await down(paths, { purge: false })
    }
  }
  console.log(`\n${endings.get(exitCode) ?? styleText('red', 'Not everything held: see the verdicts above.')}`)
  return exitCode
}

/** By exit code. */
const endings: ReadonlyMap<number, string> = new Map([
  [0, 'Everything held.'],
  [3, 'Nothing failed, but not everything could be judged: see the reasons above.'],
])

const chapter = (title: string): void => console.log(`\n${styleText('bold', title)}`)
const indented = (text: string): void => console.log(text.replace(/^/gm, '  '))

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort(new Error(`interrupted by ${signal}`)))
try {
  const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } } })
  if (values.help) console.log(usage)
  else process.exitCode = await demo(values.keep, interrupted.signal)
} catch (error) {
  console.error(interrupted.signal.aborted ? 'demo: interrupted.' : `demo: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = interrupted.signal.aborted ? 130 : 1
}
