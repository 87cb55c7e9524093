import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { targets } from '../../../../cdk8s/settings/targets.ts'
import { control } from '../../../../scripts/local/control.ts'
import { localPaths } from '../../../../scripts/local/paths.ts'
import { freePorts } from '../../../../scripts/local/processes/free-ports.ts'
import type { LocalState } from '../../../../scripts/local/state.ts'
import { synth } from '../../../../scripts/synth/synth.ts'
import { type Command, command } from '../../../command.ts'

const repository = fileURLToPath(new URL('../../../..', import.meta.url))

/** Every workload with its Envoy and a broker of its own, in a folder of its own. */
export interface WholeShop {
  /** Policy overlays. */
  readonly policy: string
  /** Results of experiments. */
  readonly out: string
  experiment(...args: string[]): Command
  /** Any other command in front of this shop. */
  breakwater(...args: string[]): Command
  state(): Promise<LocalState>
  restart(replica: string): Promise<void>
  remove(): Promise<void>
}

export async function wholeShop(): Promise<WholeShop> {
  const directory = await mkdtemp(join(tmpdir(), 'breakwater-shop-'))
  const manifests = join(directory, 'manifests')
  await mkdir(manifests)
  for (const settings of targets.filter(({ target }) => target === 'local'))
    for (const [file, yaml] of synth(settings)) await writeFile(join(manifests, file), yaml)
  const [port] = await freePorts(1)
  const env = { ...process.env, BREAKWATER_LOCAL_DIR: join(directory, 'local'), BREAKWATER_MANIFESTS: manifests, PORT: String(port) }
  const start = (...args: string[]) => command(spawn(process.execPath, args, { cwd: repository, env, stdio: ['ignore', 'pipe', 'pipe'] }))
  const running = control(localPaths(env))
  const shop: WholeShop = {
    policy: join(directory, 'local/policy'),
    out: join(directory, 'out'),
    breakwater: (...args) => start('scripts/breakwater.ts', ...args),
    experiment: (...args) => start('scripts/breakwater.ts', 'experiment', 'run', '--out', join(directory, 'out'), ...args),
    state: running.state,
    restart: running.restart,
    remove: async () => {
      await start('scripts/breakwater.ts', 'down').end()
      await rm(directory, { recursive: true, force: true })
    },
  }
  const up = start('scripts/breakwater.ts', 'up')
  if ((await up.end()) === 0) return shop
  await shop.remove()
  throw new Error(`the shop did not start: ${up.said()}`)
}
