import { CommandError, NoShop } from '../../cli/command-error.ts'
import { exitCodes } from '../../cli/exit-codes.ts'
import { printJson } from '../../cli/options.ts'
import { parseSplit } from '../../traffic-split/canary-routes.ts'
import type { LocalPaths } from '../paths.ts'
import { splitTrafficHere } from '../split-traffic.ts'
import { isServed } from '../supervisor/control-server.ts'

/**
 * `traffic split <service> <version>=<percent>|off`
 * @throws CommandError when nothing runs, there is no such service or version, or it was interrupted
 */
export async function trafficSplit(
  paths: LocalPaths,
  { service, split, json }: { readonly service: string; readonly split: string; readonly json: boolean },
  signal: AbortSignal,
): Promise<void> {
  const wanted = parseSplit(split)
  if (!(await isServed(paths.controlSocket))) throw new NoShop('Breakwater does not run. Start it: make up')
  const stopped = new Promise<never>((_, reject) => {
    const reason = `stopped; npx breakwater traffic split ${service} off --target local takes back what was begun`
    signal.addEventListener('abort', () => reject(new CommandError(reason, exitCodes.interrupted)))
  })
  const result = await Promise.race([
    splitTrafficHere(paths, { destination: service, wanted, progress: (line) => console.error(line) }),
    stopped,
  ])
  if (json) printJson({ service, split, result })
  else console.log(result)
}
