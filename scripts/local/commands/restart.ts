import { NoShop, UsageError } from '../../cli/command-error.ts'
import { unknown } from '../../cli/nearest.ts'
import { printJson } from '../../cli/options.ts'
import { control } from '../control.ts'
import type { LocalPaths } from '../paths.ts'
import { brokerName } from '../state.ts'
import { isServed } from '../supervisor/control-server.ts'

/**
 * `restart <replica>`: ends one replica's app in order and starts it again, also one that is paused or held down; `kafka` is the broker.
 * @throws CommandError when nothing runs or there is no such replica
 */
export async function restart(paths: LocalPaths, replica: string, { json }: { json: boolean }): Promise<void> {
  if (!(await isServed(paths.controlSocket))) throw new NoShop('Breakwater does not run. Start it: make up')
  const { state, restart: again } = control(paths)
  const { replicas, kafka } = await state()
  const names = [...replicas.map(({ name }) => name), ...(kafka ? [brokerName] : [])]
  if (!names.includes(replica)) throw new UsageError(unknown('replica', replica, names))
  await again(replica)
  if (json) printJson({ restarting: replica })
  else console.log(`${replica} is restarting.`)
}
