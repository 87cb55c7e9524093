import { parseArgs } from 'node:util'
import type { AnyExperiment } from './core/experiment.ts'
import { exitCodeOf } from './core/result.ts'
import { AnotherRun } from './core/run-lock.ts'
import type { Target } from './core/target.ts'
import { verdictTable } from './core/verdict-table.ts'
import { UnwritableFolder } from './core/write-result.ts'
import { experiments } from './shop/experiments.ts'
import { runExperiments } from './shop/run-experiments.ts'
import { clusterTarget } from './shop/targets/cluster-target.ts'
import { localTarget } from './shop/targets/local-target.ts'
import { ShopNotReady } from './shop/targets/shop-not-ready.ts'

const help = `Breaks the running shop on purpose, judges what the mesh and the event log did about it, and puts it back.

  npm run -s fault -- --list                 what there is to claim
  npm run -s fault -- <name>… | all          run, e.g. npm run -s fault -- catalog-ejection
      --out <folder>                         where results go (default: out)
      --target local | cluster               where the shop runs: make up, or make deploy (default: local)
      --json                                 results on standard output as JSON

A cluster is the kind cluster KIND_CLUSTER (breakwater), or the one that KUBE_CONTEXT names; with managed brokers KAFKA_BROKERS names them.
Writes <out>/experiments/<name>.json, <out>/report.html (the last run of every experiment in <out>) and <out>/junit.xml (this run).
Exit code: 0 when every claim held and every negative control failed as it must, 1 when not, 3 when nothing failed and something
could not be judged (the reason is said), 2 for wrong usage and when nothing was begun: no shop runs, another run goes on, results
cannot be written; 130 when it was interrupted (everything is undone first).
`

class UsageError extends Error {}

const notBegun = [UsageError, ShopNotReady, AnotherRun, UnwritableFolder]

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        list: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        target: { type: 'string', default: 'local' },
        out: { type: 'string', default: 'out' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function chosen(names: readonly string[]): readonly AnyExperiment[] {
  if (names.length === 0) throw new UsageError('name an experiment, or say: all (npm run -s fault -- --list shows them)')
  if (names.includes('all')) return experiments
  return names.map((name) => {
    const found = experiments.find((experiment) => experiment.name === name)
    if (found === undefined)
      throw new UsageError(`there is no experiment '${name}'; there are: ${experiments.map((one) => one.name).join(', ')}`)
    return found
  })
}

const targets: ReadonlyMap<string, () => Promise<Target>> = new Map([
  ['local', localTarget],
  ['cluster', () => clusterTarget(process.env)],
])

function openTarget(name: string): Promise<Target> {
  const open = targets.get(name)
  if (open === undefined) throw new UsageError(`there is no target '${name}'; there are: ${[...targets.keys()].join(', ')}`)
  return open()
}

/** The first Ctrl-C or SIGTERM ends the run in order; later ones change nothing, because undoing must not be interrupted. */
function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!controller.signal.aborted) process.stderr.write(`${signal}: putting everything back\n`)
      controller.abort(new Error(`interrupted by ${signal}`))
    })
  }
  return controller.signal
}

async function main(): Promise<number> {
  const { values, positionals } = readArguments()
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  if (values.list) {
    process.stdout.write(experiments.map(({ name, claim }) => `${name}\n  ${claim}\n`).join(''))
    return 0
  }
  const selected = chosen(positionals)
  const target = await openTarget(values.target)
  const signal = interruption()
  try {
    const started = performance.now()
    const { results, page } = await runExperiments({
      target,
      experiments: selected,
      out: values.out,
      signal,
      progress: (line) => process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}\n`),
    })
    process.stdout.write(values.json ? `${JSON.stringify(results, undefined, 2)}\n` : `${verdictTable(results)}report: ${page}\n`)
    const remains = results.flatMap(({ undo }) => undo.remains)
    if (signal.aborted)
      process.stderr.write(`fault: ${remains.length === 0 ? 'everything was put back' : `left behind: ${remains.join('; ')}`}\n`)
    return signal.aborted ? 130 : exitCodeOf(results)
  } catch (error) {
    if (!signal.aborted) throw error
    process.stderr.write('fault: interrupted before anything was broken\n')
    return 130
  } finally {
    await target.close()
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`fault: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = notBegun.some((kind) => error instanceof kind) ? 2 : 1
}
