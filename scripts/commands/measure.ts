import { type Command, Option } from 'commander'
import { jsonOption, positiveNumber, type TargetName, targetOption, wholeNumber } from '../cli/options.ts'
import { runAction } from '../cli/run-action.ts'
import type { BreakOptions } from '../experiments/commands/break.ts'
import type { OwnServiceOptions } from '../experiments/commands/run-own-service.ts'
import { addLogCommand } from './events.ts'
import { heading } from './map.ts'

/** `experiment`, `load`, `goodput`, `dispatch`, `bench`. */
export function addMeasureCommands(program: Command): void {
  addExperimentCommand(program)
  addByHandCommands(program)
  program
    .command('load')
    .helpGroup(heading('measure'))
    .summary('send orders to the shop and account for every one')
    .description(
      `Sends orders to the shop, waits until each is confirmed or cancelled, and accounts for every one.
The same --seed and --customers send the same orders under the same Idempotency-Keys; without --seed each run sends new ones.
Exit code: 0 every accepted order ended and none was given up; 1 otherwise; 2 wrong usage, or no shop is running.`,
    )
    .option('--count <orders>', 'how many orders to send', wholeNumber(1), 100)
    .option('--concurrency <orders>', 'how many are in flight at once', wholeNumber(1), 8)
    .option('--rate <orders/s>', 'upper limit (default: as fast as the shop accepts them)', positiveNumber)
    .option('--seed <text>', 'what the orders and their keys are derived from (default: a new seed each time)')
    .option('--customers <number>', 'how many customers order in turn (default: a tenth of --count)', wholeNumber(1))
    .option('--url <url>', 'URL of the gateway (default: that of the target); BREAKWATER_TOKEN is a token for it')
    .addOption(targetOption())
    .option('--within <seconds>', 'time limit for an order to be accepted, and again for it to end', positiveNumber, 60)
    .addOption(jsonOption())
    .action((options) => runAction(async () => (await import('../load/load-command.ts')).load(options)))
  addGoodputCommand(program)

  addLogCommand(program, {
    usage: 'dispatch <order>',
    summary: 'dispatch the parcel of an order, as the warehouse would (dispatch last)',
    details: `<order> is an order id, or last: the order of the newest parcel that is booked and not dispatched yet.
An order stays confirmed until its parcel is dispatched; then it is shipped.
The gateway has no route for this: the command calls shipping at its own port, in a cluster through a port-forward to its pod.`,
    load: async () => (await import('../dispatch/dispatch.ts')).dispatch,
  }).helpGroup(heading('measure'))

  program
    .command('bench')
    .helpGroup(heading('measure'))
    .argument('<name>', 'orders, mesh, events, gateway, precision or telemetry')
    .summary(
      'measure speed and memory: the whole shop (orders), the cost of the mesh (mesh), the event path (events); the gateway (gateway); how exact experiments are (precision); logs stored and searched (telemetry)',
    )
    .description(
      `orders  starts the shop; measures start-up time, idle CPU, memory, orders/s,
        and the product page with and without sidecars
mesh    deploys to kind; measures the latency and memory that the mesh adds,
        compares with plain Istio, and times deployments
events  starts a broker; measures transactions, micro-batches, folding,
        snapshots, a long log (written, verified, rebuilt), and orders/s through
        the whole shop
gateway  compares the smallest answer of bare node:http, of a table of routes,
        and of the whole gateway; needs no shop
precision  on the running shop: plays httpbin-pool (one round) and catalog-ejection
        again and again; each count must be what the policy says; measures how
        long an ejection and the return take. 100 runs take about 25 minutes
telemetry  stores log files as the collector does, and searches them; then starts
        a shop with and one without logs and traces, in turns: orders/s, idle
        CPU, memory

Writes <out>/bench/<name>.json with the machine and the commit.
Exit code 1 when a goal is missed; 3 when none is, and runs of precision could not be judged. Run it on an otherwise idle machine.`,
    )
    .option('--rounds <number>', 'rounds of each measurement (default 5; mesh 15; telemetry 3)', wholeNumber(1))
    .option('--orders <number>', 'orders, events, telemetry: how many orders (default 400)', wholeNumber(1))
    .option('--concurrency <number>', 'orders, telemetry: how many are in flight at once (default 32; telemetry 16)', wholeNumber(1))
    .option('--idle <seconds>', 'orders, telemetry: how long to watch the idle shop (default 30)', wholeNumber(1))
    .option('--rate <requests/s>', 'mesh: request rate (default 400)', wholeNumber(1))
    .option('--connections <number>', 'mesh, gateway: how many connections (default 4; gateway 32)', wholeNumber(1))
    .option('--seconds <number>', 'mesh, gateway: length of one measurement (default 2; gateway 3)', wholeNumber(1))
    .option('--history <orders>', 'events: how many orders the long log has (default 5000)', wholeNumber(1))
    .option('--runs <number>', 'precision: how often (default 100)', wholeNumber(1))
    .addOption(
      new Option('--busy [cores]', 'precision: so many cores are kept busy meanwhile (default 0; without a number 2)')
        .preset('2')
        .argParser(wholeNumber(1)),
    )
    .option('--partition <events>', 'events: length of one partition (default 200000)', wholeNumber(1))
    .option('--lines <number>', 'telemetry: how many lines are stored (default 1000000)', wholeNumber(4))
    .option('--searches <number>', 'telemetry: how often (default 1000)', wholeNumber(1))
    .option('--out <folder>', 'folder for the result', 'out')
    .addOption(jsonOption())
    .action((name: string, { json, out, ...numbers }: { json: boolean; out: string } & Record<string, number>) =>
      runAction(async ({ signal }) => (await import('../bench/bench-command.ts')).bench({ name, numbers, out, json }, signal)),
    )
}

function addExperimentCommand(program: Command): void {
  const experiment = program
    .command('experiment')
    .helpGroup(heading('measure'))
    .summary('break the running shop on purpose and judge how it coped')
    .description('Breaks one thing in the running shop, judges how the mesh and the event log coped, and repairs it.')
  experiment
    .command('list')
    .summary('list the experiments with their hypotheses')
    .addOption(jsonOption())
    .action(({ json }: { json: boolean }) =>
      runAction(async () => (await import('../experiments/commands/list.ts')).listExperiments({ json })),
    )
  experiment
    .command('matrix')
    .summary('measure which fault trips which policy: pool limit, ejection, retry, time-out')
    .description(
      `Breaks calls of probe to httpbin in the caller's proxy, in the destination's proxy, in the application, by a kill and by a pause, and
reads from the caller's proxy which of pool limit, ejection, retry and time-out acted. The rules of httpbin are replaced meanwhile.
It takes about two minutes. Writes <out>/matrix.json, and the table into <out>/report.html.

Exit codes
  0    every cell was measured
  2    nothing was started: no shop is running, or another run is in progress
  3    some cells could not be measured; the output says why
  4    a fault could not be removed; the output names it
  130  interrupted; every fault was removed first`,
    )
    .option('--out <folder>', 'folder for the results', 'out')
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((options: Pick<ExperimentOptions, 'out' | 'target' | 'json'>) =>
      runAction(async ({ signal }) => (await import('../experiments/commands/matrix.ts')).matrix(options, signal)),
    )
  experiment
    .command('run')
    .argument('<names...>', 'names of experiments, or all')
    .summary('run the named experiments, or all')
    .description(
      `Runs experiments one after another, each with its negative control.
Writes <out>/experiments/<name>.json, <out>/report.html (the last run of every
experiment) and <out>/junit.xml (this run only).
Set KAFKA_BROKERS when the brokers are managed (MSK).

On a service of your own, in a cluster with Istio's sidecars (KUBE_CONTEXT names
it; nothing of the shop is needed, and nothing is left behind):
  experiment run ejection --namespace shop --service reviews --caller productpage
  Names there: ejection, pool, retry, timeout, hung, or all. Requests go through the proxies of the
  caller's pods, one after another; replicas of the service answer errors, or
  are slow, for seconds.

Exit codes
  0    every experiment passed, and every negative control failed as it must
  1    at least one experiment failed
  2    nothing was started: wrong usage, no shop is running, another run is in
       progress, or results cannot be written
  3    nothing failed, but something could not be judged; the output says why
  4    a fault could not be removed; the output names it
  130  interrupted; every fault was removed first`,
    )
    .option('--out <folder>', 'folder for the results', 'out')
    .addOption(targetOption())
    .option('--namespace <name>', 'own service: its namespace')
    .option('--service <name>', 'own service: its Service')
    .option('--port <number>', "own service: the Service's port (default: its HTTP port)", wholeNumber(1))
    .option('--caller <name>', 'own service: a Deployment or Service whose pods call it; <namespace>/<name> for one of another namespace')
    .option('--path <path>', 'own service: what is asked for (default /)')
    .addOption(jsonOption())
    .action((names: string[], { target, ...options }: ExperimentOptions, command: Command) =>
      runAction(async ({ signal }) => {
        if (!isOwnService(options)) return (await import('../experiments/commands/run.ts')).runNamed(names, { target, ...options }, signal)
        // That it is the default says nothing: who has a service of their own has a cluster.
        const isSaid = command.getOptionValueSource('target') !== 'default'
        const { runOwnService } = await import('../experiments/commands/run-own-service.ts')
        return runOwnService(names, { ...options, ...(isSaid && { target }) }, signal)
      }),
    )
}

type ExperimentOptions = Omit<OwnServiceOptions, 'target'> & { readonly target: TargetName }

const isOwnService = ({ namespace, service, port, caller, path }: OwnServiceOptions): boolean =>
  [namespace, service, port, caller, path].some((value) => value !== undefined)

function addByHandCommands(program: Command): void {
  program
    .command('break')
    .helpGroup(heading('measure'))
    .argument('<replica>', 'e.g. catalog-0, or the name of a pod')
    .summary('break one replica by hand and watch what its callers do (break catalog-0 --abort 500)')
    .description(
      `Breaks one replica and shows what each caller's breaker does meanwhile, until Ctrl-C, which heals it.
States: closed, overflow (the pool refuses), ejected, probation (back, no success yet).
On a terminal the lines are drawn anew; elsewhere, and with --json, there is a line for each change.

Exit codes
  0    --for is over, and the replica is healed (or --keep leaves it broken)
  2    nothing was broken: wrong usage, no shop is running, or an experiment runs
  4    the replica could not be healed; the output names what remains
  130  interrupted; the replica was healed first (not with --keep)`,
    )
    .option('--abort <status>', 'its proxy answers requests with this status', wholeNumber(100))
    .option('--delay <ms>', 'its proxy keeps requests for so long', wholeNumber(1))
    .option('--percent <number>', 'of its requests, with --abort and --delay (default: 100)', wholeNumber(1))
    .option('--kill', 'kill it; it is started again')
    .option('--pause', 'stop it where it is (on the laptop, and in a kind cluster)')
    .option('--for <seconds>', 'end by itself after so many seconds', positiveNumber)
    .option('--keep', 'leave it broken at the end; npx breakwater heal takes it away', false)
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((replica: string, options: BreakOptions) =>
      runAction(async ({ signal }) => (await import('../experiments/commands/break.ts')).breakReplica(replica, options, signal)),
    )
  program
    .command('heal')
    .helpGroup(heading('measure'))
    .argument('[replica]', 'e.g. catalog-0; without it everything')
    .summary('take away everything that was broken by hand or left by killed experiments')
    .description(
      `Takes away what break --keep left, and what experiments left that were killed: faults in proxies, paused replicas, changed policies.
Exit code: 0 nothing is broken any more; 2 wrong usage, no shop is running, or an experiment runs; 4 something remains, the output names it.`,
    )
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((replica: string | undefined, options: { target: TargetName; json: boolean }) =>
      runAction(async () => (await import('../experiments/commands/heal.ts')).healByHand(replica, options)),
    )
}

function addGoodputCommand(program: Command): void {
  program
    .command('goodput')
    .helpGroup(heading('measure'))
    .argument('[path]', 'path at the gateway', '/v1/products/MUG-BLUE')
    .summary('send requests at a rate, whatever becomes of them, and count the answers in time')
    .description(
      `Sends GET requests at a rate whether earlier ones were answered or not, as customers do (open loop), and counts the answers
within the deadline (goodput). Times are counted from when a request was due, so a server that stalls cannot hide it.
Exit code: 0 measured; 2 wrong usage, or no shop is running; 3 this machine was too busy to send in time: the numbers say nothing.`,
    )
    .requiredOption('--rate <requests/s>', 'how many requests are due per second', positiveNumber)
    .option('--seconds <number>', 'how long', positiveNumber, 10)
    .option('--warm-up <seconds>', 'how long before that, not counted', positiveNumber, 2)
    .option('--deadline <ms>', 'time for an answer to be of use', positiveNumber, 250)
    .option('--give-up <ms>', 'time after which a request is abandoned (default: 4 times the deadline)', positiveNumber)
    .addOption(
      new Option('--arrivals <how>', 'constant: at equal distances; poisson: at random')
        .choices(['constant', 'poisson'])
        .default('poisson'),
    )
    .option('--seed <number>', 'the same seed makes the same arrivals', wholeNumber(0), 1)
    .option('--url <url>', 'URL of the gateway (default: that of the target)')
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((path: string, options) =>
      runAction(async ({ signal }) => (await import('../load/open-loop/goodput-command.ts')).measureGoodput(path, options, signal)),
    )
}
