import { type Command, Option } from 'commander'
import { jsonOption, positiveNumber, type TargetName, targetOption, wholeNumber } from '../cli/options.ts'
import { runAction } from '../cli/run-action.ts'
import type { CreateOptions, ListOptions } from '../gateway/keys.ts'
import type { OperatorsApi } from '../gateway/operators-api.ts'
import type { PlanOptions } from '../gateway/plans.ts'
import type { UsageFormat } from '../gateway/usage.ts'

interface Targeted {
  readonly target: TargetName
}

const onTarget = ({ target }: Targeted, work: (api: OperatorsApi) => Promise<void>): Promise<void> =>
  runAction(async () => (await import('../gateway/operators-api.ts')).withOperatorsApi(target, work))

const keys = () => import('../gateway/keys.ts')
const plans = () => import('../gateway/plans.ts')

/** `gateway keys`, `gateway plans` and `gateway usage`. */
export function addKeyCommands(gateway: Command): void {
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
    .action((plan: string, options: Targeted) => onTarget(options, async (api) => (await plans()).removePlan(api, plan)))

  gateway
    .command('usage [key]')
    .summary('what keys have used by day, and what is left of their quotas')
    .option('--days <days>', 'today and the days before it', wholeNumber(1), 30)
    .addOption(new Option('--format <format>', 'for people, or to be read by a program').choices(['table', 'csv', 'json']).default('table'))
    .addOption(targetOption())
    .action((key: string | undefined, options: { readonly days: number; readonly format: UsageFormat } & Targeted) =>
      onTarget(options, async (api) => (await import('../gateway/usage.ts')).showUsage(api, key, options)),
    )
}
