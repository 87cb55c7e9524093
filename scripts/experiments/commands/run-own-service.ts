import { UsageError } from '../../cli/command-error.ts'
import type { ExitCode } from '../../cli/exit-codes.ts'
import type { TargetName } from '../../cli/options.ts'
import { runOnOwnService } from '../own-service/run-own-service.ts'
import { runAndTell } from './run-and-tell.ts'

export interface OwnServiceOptions {
  readonly out: string
  readonly json: boolean
  readonly namespace?: string
  readonly service?: string
  readonly port?: number
  readonly caller?: string
  readonly path?: string
  /** Where somebody says that it is; absent: nobody said. */
  readonly target?: TargetName
}

/** `experiment run <kind>… --namespace … --service … --caller …`. @throws CommandError when nothing was begun */
export async function runOwnService(
  kinds: readonly string[],
  { out, json, namespace, service, port, caller, path = '/', target }: OwnServiceOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  if (target === 'local')
    throw new UsageError(
      'a service of your own is in a cluster: leave --target local out, or, for the shop on this machine, --namespace, --service, --port, --caller and --path',
    )
  if (namespace === undefined || service === undefined || caller === undefined)
    throw new UsageError('an experiment on a service of your own needs --namespace, --service and --caller')
  if (!path.startsWith('/')) throw new UsageError(`--path must begin with a slash: ${path}`)
  const subject = { namespace, service, caller, path, ...(port !== undefined && { port }) }
  return runAndTell((progress) => runOnOwnService({ ...subject, kinds, out, signal, progress }), { json, signal })
}
