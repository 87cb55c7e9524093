import { control } from '../control.ts'
import type { LocalPaths } from '../paths.ts'
import { isServed } from '../supervisor/control-server.ts'
import { CommandFailed } from './command-failed.ts'

/**
 * `restart <replica>`: ends one replica's app in order and starts it again.
 * @throws CommandFailed when nothing runs or there is no such replica
 */
export async function restart(paths: LocalPaths, replica: string): Promise<void> {
  if (!(await isServed(paths.controlSocket))) throw new CommandFailed('Breakwater does not run. Start it: make up')
  const { state, restart: again } = control(paths)
  const names = (await state()).replicas.map(({ name }) => name)
  if (!names.includes(replica)) throw new CommandFailed(`There is no replica ${replica}. There are: ${names.join(', ')}`)
  await again(replica)
  console.log(`${replica} is restarting.`)
}
