import { type Command, InvalidArgumentError } from 'commander'
import { jsonOption, positiveNumber, type TargetName, targetOption, wholeNumber } from '../cli/options.ts'
import { runAction } from '../cli/run-action.ts'
import type { CreateOptions, ListOptions } from '../gateway/keys.ts'
import type { OperatorsApi } from '../gateway/operators-api.ts'
import type { PlanOptions } from '../gateway/plans.ts'
import type { UsageOptions } from '../gateway/usage.ts'
import { heading } from './map.ts'

/** `gateway …`: how the API is offered. */
export function addGatewayCommand(program: Command): void {
  const gateway = program
    .command('gateway')
    .helpGroup(heading('look'))
    .summary('publish stages of the API, undo them, release a canary by percentage; API keys and usage plans')
    .description(
      `Changes how the gateway offers the API while it runs: nothing is restarted, and no request fails.
What is published is an event; every replica has it within a second.
The ingress does not let these commands through. They call a replica of the
gateway at its own port: a process of this machine, or a port-forward.`,
    )
  addStageCommands(gateway)
  addKeyCommands(gateway)
}

type Options = { readonly target: TargetName; readonly json: boolean }

/** `gateway list`, `publish`, `release`, `rollback`, `diff`. */
function addStageCommands(gateway: Command): void {
  const command = (usage: string, summary: string, details = ''): Command =>
    gateway
      .command(usage)
      .summary(summary)
      .description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.${details && `\n${details}`}`)
      .addOption(targetOption())
      .addOption(jsonOption())

  command('list', 'list the stages: version, share of the requests, rules, variables').action((options: Options) =>
    withStages(options, (stages, api) => stages.listStages(api, options)),
  )

  command(
    'publish',
    'make what a file says the live version of a stage, on all replicas',
    `The file is JSON: {"select": {"prefix": "/canary"}, "variables": {}, "settings": {}}.
The same file again is the same version. All that it may say: services/gateway/stages/README.md`,
  )
    .argument('<stage>', 'e.g. canary')
    .argument('[file]', 'the definition')
    .option('--from <stage>', 'instead of a file: the variables and settings that this stage has now')
    .option('--percent <percent>', 'share of the requests that no rule gives to a stage (default: as it is)', percentage)
    .action((name: string, file: string | undefined, options: Options & { from?: string; percent?: number }) =>
      withStages(options, (stages, api) => stages.publishStage(api, name, file, options)),
    )

  command(
    'release',
    'give a stage a share of the requests that no rule gives to a stage (release canary 10)',
    `While a stage has a share, its answers are compared with those of prod. When it has
more 5xx and degraded answers beyond chance, it is rolled back by itself.`,
  )
    .argument('<stage>', 'e.g. canary')
    .argument('<percent>', '0 to 100', percentage)
    .action((name: string, percent: number, options: Options) =>
      withStages(options, (stages, api) => stages.releaseStage(api, name, percent, options)),
    )

  command('rollback', 'go back to the version before, and take the share of the requests away')
    .argument('<stage>', 'e.g. canary')
    .option('--to <version>', 'another version than the one before', wholeNumber(0))
    .action((name: string, options: Options & { to?: number }) =>
      withStages(options, (stages, api) => stages.rollBackStage(api, name, options)),
    )

  command('diff', 'show what a file would change, or how two versions of a stage differ')
    .argument('<stage>', 'e.g. canary')
    .argument('[file]', 'compare it with the live version (default: the version before with the live one)')
    .option('--from <version>', 'compare this version', wholeNumber(0))
    .option('--to <version>', 'with this one', wholeNumber(0))
    .action((name: string, file: string | undefined, options: Options & { from?: number; to?: number }) =>
      withStages(options, (stages, api) => stages.diffStage(api, name, file, options)),
    )
}

/** What a command does is loaded when it runs. */
const loadStages = () => import('../gateway/stages.ts')

const withStages = (
  { target }: Options,
  work: (stages: Awaited<ReturnType<typeof loadStages>>, api: OperatorsApi) => Promise<void>,
): Promise<void> =>
  runAction(async () => {
    const stages = await loadStages()
    await (await import('../gateway/operators-api.ts')).withOperatorsApi(target, (api) => work(stages, api))
  })

function percentage(text: string): number {
  const percent = wholeNumber(0)(text)
  if (percent > 100) throw new InvalidArgumentError('It must be at most 100.')
  return percent
}

interface Targeted {
  readonly target: TargetName
}

const onTarget = ({ target }: Targeted, work: (api: OperatorsApi) => Promise<void>): Promise<void> =>
  runAction(async () => (await import('../gateway/operators-api.ts')).withOperatorsApi(target, work))

const keys = () => import('../gateway/keys.ts')
const plans = () => import('../gateway/plans.ts')

/** `gateway keys`, `gateway plans` and `gateway usage`. */
function addKeyCommands(gateway: Command): void {
  const keysCommand = gateway
    .command('keys')
    .summary('API keys: create, list, rotate, revoke')
    .description('API keys of the gateway. A key is told once, when it is made.')
  keysCommand
    .command('create <name>')
    .summary('create a key and print it, once')
    .requiredOption('--plan <plan>', 'the usage plan that it belongs to')
    .option('--owner <customer>', 'whose key it is: they see its usage, and with a scope for orders it is for theirs')
    .option('--scope <scope...>', 'what it may do without a token (default: nothing but what anybody may)', [])
    .option('--days <days>', 'it ends by itself after so many', positiveNumber)
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((name: string, options: CreateOptions & Targeted) =>
      onTarget(options, async (api) => (await keys()).createKey(api, name, options)),
    )
  keysCommand
    .command('list')
    .summary('list keys, without their secrets')
    .option('--owner <customer>', 'only those of one customer')
    .option('--plan <plan>', 'only those of one plan')
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((options: ListOptions & Targeted) => onTarget(options, async (api) => (await keys()).listKeys(api, options)))
  keysCommand
    .command('rotate <key>')
    .summary('give a key another secret and print it, once')
    .option('--overlap <seconds>', 'how long the secret before stays good; 0 for one that has leaked', wholeNumber(0), 86_400)
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((key: string, options: { readonly overlap: number; readonly json: boolean } & Targeted) =>
      onTarget(options, async (api) => (await keys()).rotateKey(api, key, options)),
    )
  keysCommand
    .command('revoke <key>')
    .summary('end a key, for ever')
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((key: string, options: { readonly json: boolean } & Targeted) =>
      onTarget(options, async (api) => (await keys()).revokeKey(api, key, options)),
    )

  const plansCommand = gateway
    .command('plans')
    .summary('usage plans: put, list, remove')
    .description('What the keys of the gateway may do: how fast, and how much.')
  plansCommand
    .command('put <plan>')
    .summary('make a plan, or make it what is said; what is left out has no limit')
    .option('--rate <requests/s>', 'requests a second, in the long run', positiveNumber)
    .option('--burst <requests>', 'requests at once (default: those of one second)', wholeNumber(1))
    .option('--day <requests>', 'requests a day', wholeNumber(1))
    .option('--week <requests>', 'requests a week', wholeNumber(1))
    .option('--month <requests>', 'requests a month', wholeNumber(1))
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((plan: string, options: PlanOptions & Targeted) =>
      onTarget(options, async (api) => (await plans()).putPlan(api, plan, options)),
    )
  plansCommand
    .command('list')
    .summary('list all plans')
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((options: { readonly json: boolean } & Targeted) => onTarget(options, async (api) => (await plans()).listPlans(api, options)))
  plansCommand
    .command('remove <plan>')
    .summary('remove a plan that no key has')
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((plan: string, options: { readonly json: boolean } & Targeted) =>
      onTarget(options, async (api) => (await plans()).removePlan(api, plan, options)),
    )

  gateway
    .command('usage [key]')
    .summary('what keys have used by day, and what is left of their quotas')
    .option('--days <days>', 'today and the days before it', wholeNumber(1), 30)
    .option('--csv', 'print every day as CSV, and nothing else', false)
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((key: string | undefined, options: UsageOptions & Targeted) =>
      onTarget(options, async (api) => (await import('../gateway/usage.ts')).showUsage(api, key, options)),
    )
}
