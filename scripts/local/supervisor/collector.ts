import { fileURLToPath } from 'node:url'
import { type LocalPaths, repository } from '../paths.ts'
import { probeHttp } from '../processes/http-probe.ts'
import { type Supervised, supervise, type ToolContext } from '../processes/supervise.ts'

const main = fileURLToPath(new URL('../../telemetry/collector.ts', import.meta.url))

/** To write the last batches. */
const stopWithinMs = 5_000

/** What bounds its store; see scripts/telemetry/README.md. */
const settings = ['BREAKWATER_TELEMETRY_MB', 'BREAKWATER_TELEMETRY_HOURS']

/** Whether logs and traces are stored. */
export const isCollected = (env: NodeJS.ProcessEnv): boolean => env.BREAKWATER_TELEMETRY !== 'off'

/**
 * Starts the process that stores logs and traces, and keeps it running. Nothing waits for it: logs are in their files in any case.
 * @param port where it takes spans
 */
export function startCollector(
  { telemetry, log, accessLogs, state, compileCache }: LocalPaths,
  port: number,
  env: { readonly inherited: Readonly<Record<string, string>>; readonly own: NodeJS.ProcessEnv },
  context: ToolContext,
): Supervised {
  const bounds = Object.fromEntries(settings.flatMap((name) => (env.own[name] ? [[name, env.own[name]]] : [])))
  return supervise(
    {
      name: 'telemetry/collector',
      launch: async () => ({
        command: process.execPath,
        // Most of what it holds is SQLite's; a small heap is collected often instead of growing.
        args: ['--max-semi-space-size=4', main, telemetry, log, accessLogs, String(port), state],
        env: { ...env.inherited, ...bounds, NODE_COMPILE_CACHE: compileCache },
        cwd: repository,
      }),
      probe: () => probeHttp(port, '/healthz'),
      stopWithinMs,
    },
    context,
  )
}
