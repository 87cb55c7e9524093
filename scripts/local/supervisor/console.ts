import { fileURLToPath } from 'node:url'
import { type LocalPaths, repository } from '../paths.ts'
import { probeHttp } from '../processes/http-probe.ts'
import { type Supervised, supervise, type ToolContext } from '../processes/supervise.ts'

const main = fileURLToPath(new URL('../../console/main.ts', import.meta.url))
const preload = new URL('../../cli/packages-in-few-files.ts', import.meta.url).href

/** An experiment that was begun from the page puts everything back first. */
const stopWithinMs = 20_000

/** Whether the live page is served. */
export const hasConsole = (env: NodeJS.ProcessEnv): boolean => env.BREAKWATER_CONSOLE !== 'off'

/**
 * Starts the process that serves the live page, and keeps it running. Nothing waits for it.
 * @param port of 127.0.0.1 @param after when it may begin: it must not make the shop's start longer
 */
export function startConsole(
  { folder, manifests, consoleToken, compileCache }: LocalPaths,
  port: number,
  env: Readonly<Record<string, string>>,
  after: Promise<unknown>,
  context: ToolContext,
): Supervised {
  return supervise(
    {
      name: 'console/console',
      launch: async () => {
        await after
        return {
          command: process.execPath,
          // Nobody waits for its answers: a small heap is collected often instead of growing.
          args: ['--max-semi-space-size=2', `--import=${preload}`, main, String(port), consoleToken],
          env: { ...env, BREAKWATER_LOCAL_DIR: folder, BREAKWATER_MANIFESTS: manifests, NODE_COMPILE_CACHE: compileCache },
          cwd: repository,
        }
      },
      probe: () => probeHttp(port, '/healthz'),
      stopWithinMs,
    },
    context,
  )
}
