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
      `Prints the configuration of one workload's sidecar: bootstrap, listeners, clusters with their endpoints, routes.
On this machine it is rendered from the manifests and the overlays in force (.local/policy).
The ports are those of the running shop, or those of a pod when no shop is running.
In a cluster the proxy itself is asked for the configuration that istiod sent it.`,
    )
    .option('--workload <name>', 'e.g. gateway')
    .option('--replica <number>', 'number of the replica, from 0', wholeNumber(0), 0)
    .option('--dist <folder>', 'render the manifests of this folder instead, without overlays')
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
    .summary('write the manifests: dist/local, dist/kind, dist/eks')
    .description(
      'Writes the manifests of every target into dist/<target>, and removes stale files there. --settings writes those of one other cluster instead.\nHow to write such settings: cdk8s/README.md, with GKE as the example.',
    )
    .option('--settings <file>', 'TypeScript file that exports `settings`, used instead of local, kind and eks')
    .option('--out <folder>', 'folder to write to instead of dist')
    .addOption(jsonOption())
    .action((options: { settings?: string; out?: string; json: boolean }) =>
      runAction(async () => (await import('../local/commands/synth.ts')).synth(options)),
    )

  const schemas = program
    .command('schemas')
    .helpGroup(heading('develop'))
    .summary('check or record the schemas of events, commands and the API')
    .addHelpText(
      'after',
      `
Recorded schemas: services/shared/contracts/events/recorded.golden.json, scripts/schemas/recorded-commands.golden.json and
services/gateway/api/recorded.golden.json.
A breaking change of an event needs a new version, with an upcaster from the previous one (services/shared/contracts/events/versions.ts).
Commands have no versions: keep the field optional, accept both shapes, or give the new shape a type name of its own.
A version of the API keeps what its callers rely on; what would break them goes into the next version (services/gateway/api/versions.ts).`,
    )
  schemas
    .command('check')
    .summary(
      'fail when a schema is not recorded, or when a change breaks stored events, their readers, commands that are not decided yet, or callers of the API',
    )
    .addOption(jsonOption())
    .action((options: { json: boolean }) => runAction(async () => (await import('../schemas/schemas-command.ts')).checkSchemas(options)))
  schemas
    .command('record')
    .summary('write new schemas and compatible changes to the golden files')
    .addOption(jsonOption())
    .action((options: { json: boolean }) => runAction(async () => (await import('../schemas/schemas-command.ts')).recordSchemas(options)))
}
