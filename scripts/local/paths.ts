import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository: processes of the shop run here. */
export const repository = fileURLToPath(new URL('../..', import.meta.url))

/** Where a shop on this machine keeps its things. */
export interface LocalPaths {
  /** The folder of all that follows but manifests and tools; it tells this shop from others on the machine. */
  readonly folder: string
  /** Synthesized manifests. */
  readonly manifests: string
  /** Policy overlays: `*.yaml`. */
  readonly policy: string
  readonly state: string
  /** Why the last shop stopped by itself, one line. */
  readonly failure: string
  /** Unix socket of the supervisor; also the lock that there is only one. */
  readonly controlSocket: string
  readonly log: string
  /** What the supervisor itself printed. */
  readonly supervisorOutput: string
  readonly accessLogs: string
  /** What it takes to act from a console's page. */
  readonly consoleToken: string
  /** Logs and traces, stored to be searched. */
  readonly telemetry: string
  /** Envoy's files, one directory a replica. */
  readonly sidecars: string
  readonly data: string
  /** Keys of identity, and the secret of its tools. */
  readonly identity: string
  readonly tools: string
  /** V8's code cache of the processes. */
  readonly compileCache: string
}

/** sun_path has 104 bytes on macOS and 108 on Linux, one of them the final zero. */
const longestSocketPath = 103

/**
 * @param env `BREAKWATER_LOCAL_DIR` (default `.local` of the repository) keeps shops of one machine apart; `BREAKWATER_MANIFESTS`
 *   (default `dist/local`) are the manifests to run
 */
export function localPaths(env: NodeJS.ProcessEnv = process.env): LocalPaths {
  const local = resolve(env.BREAKWATER_LOCAL_DIR || join(repository, '.local'))
  const socket = join(local, 'run/control.sock')
  const short = join(tmpdir(), `breakwater-${createHash('sha256').update(local).digest('hex').slice(0, 12)}.sock`)
  return {
    folder: local,
    manifests: resolve(env.BREAKWATER_MANIFESTS || join(repository, 'dist/local')),
    policy: join(local, 'policy'),
    failure: join(local, 'run/failure'),
    state: join(local, 'run/state.json'),
    controlSocket: Buffer.byteLength(socket) <= longestSocketPath ? socket : short,
    log: join(local, 'log/breakwater.log'),
    supervisorOutput: join(local, 'log/supervisor.out'),
    accessLogs: join(local, 'log/access'),
    consoleToken: join(local, 'console-token'),
    telemetry: join(local, 'telemetry'),
    sidecars: join(local, 'run/sidecars'),
    data: join(local, 'data'),
    identity: join(local, 'identity'),
    tools: join(repository, '.local/tools'),
    compileCache: join(repository, '.local/compile-cache'),
  }
}
