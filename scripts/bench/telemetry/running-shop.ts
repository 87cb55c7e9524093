import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { localAccess } from '../../access/local-access.ts'
import { runTool } from '../../cli/run-tool.ts'
import { localPaths } from '../../local/paths.ts'
import { freePorts } from '../../local/processes/free-ports.ts'
import { type LocalState, readState } from '../../local/state.ts'

const command = fileURLToPath(new URL('../../breakwater.ts', import.meta.url))

/** A shop in a folder of its own, beside any other. */
export interface RunningShop {
  readonly gatewayUrl: string
  /** @throws Error when it has ended by itself */
  state(): Promise<LocalState>
  /** Stops it, and removes what it kept. */
  stop(): Promise<void>
}

/**
 * Starts a shop.
 * @param settings variables of `make up`
 * @throws ToolError when it cannot start
 */
export async function startShop(settings: Readonly<Record<string, string>>, signal: AbortSignal): Promise<RunningShop> {
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-bench-'))
  const [port = 0] = await freePorts(1)
  const env = { ...settings, PORT: String(port), BREAKWATER_LOCAL_DIR: folder }
  const run = (word: string, ended?: AbortSignal) => runTool(process.execPath, [command, word], { env, ...(ended && { signal: ended }) })
  const stop = async (): Promise<void> => {
    await run('down')
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await run('up', signal)
  } catch (error) {
    await stop().catch(() => {})
    throw error
  }
  const { state: file } = localPaths(env)
  return {
    gatewayUrl: await (await localAccess(env)).gatewayUrl(),
    state: async () => {
      const state = await readState(file)
      if (!state) throw new Error(`The shop in ${folder} has ended by itself.`)
      return state
    },
    stop,
  }
}
