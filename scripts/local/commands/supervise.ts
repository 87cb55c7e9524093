import { CommandError } from '../../cli/command-error.ts'
import type { LocalPaths } from '../paths.ts'
import { supervisorsOf, unmark } from '../processes/shop-processes.ts'
import { createProgress } from '../supervisor/progress.ts'
import { runSupervisor } from '../supervisor.ts'
import { ensureEnvoy } from '../tools/envoy.ts'
import { ensureKafka } from '../tools/kafka.ts'
import { gatewayPortOf } from './gateway-port.ts'
import { printProgress } from './print-progress.ts'

/**
 * `supervise`: the process that `up` starts. Of two that were started for one folder the younger ends, so that there is only one
 * whatever became of the folder's files.
 * @throws CommandError when this is not the only one, or was not started by `up`
 */
export async function supervise(paths: LocalPaths, signal: AbortSignal): Promise<void> {
  const [oldest] = supervisorsOf(paths.folder)
  if (oldest?.pid !== process.pid)
    throw new CommandError(oldest ? `Breakwater runs already, or is starting: supervisor pid ${oldest.pid}.` : 'Use: make up')
  unmark(process.env)
  const gatewayPort = gatewayPortOf(process.env)
  const { step, event } = printProgress(`http://127.0.0.1:${gatewayPort}`)
  const began = performance.now()
  const progress = createProgress(() => performance.now() - began)
  progress.follow(event)
  const [envoy, kafka] = await Promise.all([ensureEnvoy({ tools: paths.tools, log: step }), ensureKafka({ tools: paths.tools, log: step })])
  signal.throwIfAborted()
  await runSupervisor({ paths, gatewayPort, envoy, kafka, env: process.env, progress, log: step, signal })
}
