import type { Command } from 'commander'
import { jsonOption, positiveNumber, type TargetName, targetOption, wholeNumber } from '../cli/options.ts'
import { runAction } from '../cli/run-action.ts'
import { addLogCommand } from './events.ts'
import { heading } from './map.ts'

/** `experiment`, `load`, `dispatch`, `bench`. */
export function addMeasureCommands(program: Command): void {
  addExperimentCommand(program)
  program
    .command('load')
    .helpGroup(heading('measure'))
    .summary('send orders to the shop and account for all of them')
    .description(
      `Sends orders to the shop, waits until each has ended, and accounts for all of them.
The same seed and number of customers send the same orders under the same Idempotency-Keys; without --seed each load is a new one.
Exit code: 0 when every accepted order ended and none was given up, 1 when not, 2 for wrong usage or when no shop runs.`,
    )
    .option('--count <orders>', 'how many', wholeNumber(1), 100)
    .option('--concurrency <orders>', 'under way at once', wholeNumber(1), 8)
    .option('--rate <orders/s>', 'at most so many a second (default: as fast as they are taken)', positiveNumber)
    .option('--seed <text>', 'of the orders and their keys (default: another one each time)')
    .option('--customers <number>', 'who order in turn (default: a tenth of the orders)', wholeNumber(1))
    .option('--url <url>', 'of the gateway (default: that of the target)')
    .addOption(targetOption())
    .option('--within <seconds>', 'that an order may take until it is taken, and until it has ended', positiveNumber, 60)
    .addOption(jsonOption())
    .action((options) => runAction(async () => (await import('../load/load-command.ts')).load(options)))

  addLogCommand(program, {
    usage: 'dispatch <order>',
    summary: 'dispatch the parcel of an order, as the warehouse does (dispatch last)',
    details: `An order stays confirmed until its parcel is on its way. last is the newest one that waits for it.
No route of the gateway leads there: shipping is asked at its own port, in a cluster through a port-forward to its pod.`,
    load: async () => (await import('../dispatch/dispatch.ts')).dispatch,
  }).helpGroup(heading('measure'))

  program
    .command('bench')
    .helpGroup(heading('measure'))
    .argument('<name>', 'orders, mesh or events')
    .summary('measure speed and memory: of the shop (orders), of what the mesh costs (mesh), of the event path (events)')
    .description(
      `orders  starts the shop, measures start, idle CPU, memory, orders/s and the product page with and without sidecars, stops it
mesh    deploys to kind, measures what the mesh adds to a call and to memory, beside plain Istio, and how long deployments take
events  on a broker of its own: transactions, micro-batches, folding, snapshots, a long log written, verified and rebuilt; then orders
        through the whole shop

Writes out/bench/<name>.json with the machine and the commit. Exit code 1 when a goal is missed. Measure on a machine that does nothing else.`,
    )
    .option('--rounds <number>', 'of each (default 5; mesh 15)', wholeNumber(1))
    .option('--orders <number>', 'orders, events: default 400', wholeNumber(1))
    .option('--concurrency <number>', 'orders: under way at once, default 32', wholeNumber(1))
    .option('--idle <seconds>', 'orders: how long the idle shop is watched, default 30', wholeNumber(1))
    .option('--rate <requests/s>', 'mesh: default 400', wholeNumber(1))
    .option('--connections <number>', 'mesh: default 4', wholeNumber(1))
    .option('--seconds <number>', 'mesh: of one measurement, default 2', wholeNumber(1))
    .option('--history <events>', 'events: of one order, default 5000', wholeNumber(1))
    .option('--partition <events>', 'events: of one partition, default 200000', wholeNumber(1))
    .addOption(jsonOption())
    .action((name: string, { json, ...numbers }: { json: boolean } & Record<string, number>) =>
      runAction(async ({ signal }) => (await import('../bench/bench-command.ts')).bench({ name, numbers, json }, signal)),
    )
}

function addExperimentCommand(program: Command): void {
  const experiment = program
    .command('experiment')
    .helpGroup(heading('measure'))
    .summary('run experiments against the running shop')
    .description('Breaks the running shop on purpose, judges what the mesh and the event log did about it, and puts it back.')
  experiment
    .command('list')
    .summary('what there is, and what each claims')
    .addOption(jsonOption())
    .action(({ json }: { json: boolean }) =>
      runAction(async () => (await import('../experiments/commands/list.ts')).listExperiments({ json })),
    )
  experiment
    .command('run')
    .argument('<names...>', 'experiments, or all')
    .summary('run some, or all')
    .description(
      `Runs experiments one after another, each with its negative control.
Writes <out>/experiments/<name>.json, <out>/report.html (the last run of every experiment in <out>) and <out>/junit.xml (this run).
With managed brokers KAFKA_BROKERS names them.
Exit code: 0 when every claim held and every negative control failed as it must; 1 when not; 3 when nothing failed and something could not
be judged (the reason is said); 4 when a fault could not be taken out again (it is named); 2 for wrong usage and when nothing was begun:
no shop runs, another run goes on, results cannot be written; 130 when it was interrupted (everything is undone first).`,
    )
    .option('--out <folder>', 'where results go', 'out')
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((names: string[], options: { out: string; target: TargetName; json: boolean }) =>
      runAction(async ({ signal }) => (await import('../experiments/commands/run.ts')).runNamed(names, options, signal)),
    )
}
