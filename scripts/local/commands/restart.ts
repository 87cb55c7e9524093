import { NoShop, UsageError } from '../../cli/command-error.ts'
import { unknown } from '../../cli/nearest.ts'
import { printJson } from '../../cli/options.ts'
import { control } from '../control.ts'
import type { LocalPaths } from '../paths.ts'
import { restartInTurn } from '../restart-in-turn.ts'
import { brokerName } from '../state.ts'
import { isServed } from '../supervisor/control-server.ts'

/**
 * `restart <replica>`: ends one replica's app in order and starts it again, also one that is paused or held down; `kafka` is the broker.
 * Of a workload all replicas are restarted, one after the other.
 * @throws CommandError when nothing runs or there is no such replica
 */
export async function restart(paths: LocalPaths, replica: string, { json }: { json: boolean }, signal: AbortSignal): Promise<void> {
  if (!(await isServed(paths.controlSocket))) throw new NoShop('Breakwater does not run. Start it: make up')
  const shop = control(paths)
  const { replicas, kafka } = await shop.state()
  if (replicas.some(({ workload }) => workload === replica)) {
    const restarted = await restartInTurn(shop, replica, { signal, onReady: (name) => json || console.log(`${name} is ready again.`) })
    if (json) printJson({ restarted })
    return
  }
  const names = [...replicas.map(({ name }) => name), ...(kafka ? [brokerName] : [])]
  if (!names.includes(replica)) throw new UsageError(unknown('replica', replica, names))
  await shop.restart(replica)
  if (json) printJson({ restarting: replica })
  else console.log(`${replica} is restarting.`)
}
