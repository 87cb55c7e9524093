import type { Command } from 'commander'
import { UsageError } from '../cli/command-error.ts'
import { jsonOption, type TargetName, targetOption, wholeNumber } from '../cli/options.ts'
import { runAction } from '../cli/run-action.ts'
import { heading } from './map.ts'

/** `envoy`, `synth`, `schemas`. */
export function addDevelopCommands(program: Command): void {
  program
    .command('envoy')
    .helpGroup(heading('look'))
    .summary("print one workload's Envoy configuration")
    .description(
      `Prints the configuration that the sidecar of one workload runs: bootstrap, listeners, clusters with their endpoints, routes.
Policy is that of the manifests with the overlays in force (.local/policy). While the shop runs, ports are its own; else those of a pod.
In a cluster it is what the proxy itself tells, as istiod has told it: bootstrap, listeners, clusters, routes, endpoints.`,
    )
    .option('--workload <name>', 'e.g. gateway')
    .option('--replica <number>', 'of the workload', wholeNumber(0), 0)
    .option('--dist <folder>', 'manifests to render instead, without overlays')
    .addOption(targetOption())
    .addOption(jsonOption().default(false, 'YAML'))
    .action(({ target, ...options }: { target: TargetName; workload?: string; replica: number; dist?: string; json: boolean }) =>
      runAction(async () => {
        if (target === 'local') return (await import('../local/commands/envoy.ts')).printEnvoy(options)
        if (options.dist !== undefined) throw new UsageError('--dist renders manifests on this machine: it goes with --target local only')
        return (await import('../cluster/commands.ts')).printEnvoyInCluster(options)
      }),
    )

  program
    .command('synth')
    .helpGroup(heading('develop'))
    .summary('write dist/local, dist/kind, dist/eks')
    .description(
      'Writes the manifests of every target, or of the settings in a file, below dist/, or below another folder, and removes what is stale there.\nSettings for another cluster: cdk8s/README.md shows GKE.',
    )
    .option('--settings <file>', 'TypeScript that exports `settings`, instead of local, kind and eks')
    .option('--out <folder>', 'instead of dist')
    .addOption(jsonOption())
    .action((options: { settings?: string; out?: string; json: boolean }) =>
      runAction(async () => (await import('../local/commands/synth.ts')).synth(options)),
    )

  const schemas = program
    .command('schemas')
    .helpGroup(heading('develop'))
    .summary('check or record the schemas of events and commands')
    .addHelpText(
      'after',
      `
They are recorded in services/shared/contracts/events/recorded.golden.json and scripts/schemas/recorded-commands.golden.json.
A breaking change of an event needs a new version, with an upcaster from the last one (services/shared/contracts/events/versions.ts).
Commands have no versions: a field stays optional, both shapes are accepted, or the new shape gets a type name of its own.`,
    )
  schemas
    .command('check')
    .summary(
      'fails when a schema is not recorded, or when its change breaks old events, their readers or commands on their way to a decider',
    )
    .addOption(jsonOption())
    .action((options: { json: boolean }) => runAction(async () => (await import('../schemas/schemas-command.ts')).checkSchemas(options)))
  schemas
    .command('record')
    .summary('writes new and compatibly changed schemas to their golden files')
    .addOption(jsonOption())
    .action((options: { json: boolean }) => runAction(async () => (await import('../schemas/schemas-command.ts')).recordSchemas(options)))
}
