import { UsageError } from '../../cli/command-error.ts'
import type { ExitCode } from '../../cli/exit-codes.ts'
import { unknown } from '../../cli/nearest.ts'
import type { TargetName } from '../../cli/options.ts'
import type { AnyExperiment } from '../core/experiment.ts'
import { ownKinds } from '../own-service/own-experiments.ts'
import { experiments } from '../shop/experiments.ts'
import { runShopExperiments } from '../shop/run-shop-experiments.ts'
import type { ShopTarget } from '../shop/shop-target.ts'
import { openTarget } from './open-target.ts'
import { runAndTell } from './run-and-tell.ts'

export interface RunOptions {
  /** Folder of the results. */
  readonly out: string
  readonly target: TargetName
  readonly json: boolean
}

/**
 * `experiment run <name>…|all`. The first Ctrl-C ends it in order; later ones change nothing, because putting back must not be interrupted.
 * @throws CommandError when nothing was begun: no such experiment, no shop, another run goes on, results cannot be written
 */
export async function runNamed(names: readonly string[], { out, target: where, json }: RunOptions, signal: AbortSignal): Promise<ExitCode> {
  const selected = chosen(names)
  const target = await openTarget(where)
  try {
    return await runAndTell((progress) => runShopExperiments({ target, experiments: selected, out, signal, progress }), { json, signal })
  } finally {
    await target.close()
  }
}

function chosen(names: readonly string[]): readonly AnyExperiment<ShopTarget>[] {
  if (names.includes('all')) return experiments
  const known = experiments.map(({ name }) => name)
  return names.map((name) => {
    const found = experiments.find((experiment) => experiment.name === name)
    if (found !== undefined) return found
    if (Object.hasOwn(ownKinds, name))
      throw new UsageError(`'${name}' is for a service of your own: say which with --namespace, --service and --caller`)
    throw new UsageError(unknown('experiment', name, known))
  })
}
