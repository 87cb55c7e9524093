import { repository } from '../paths.ts'
import type { PlacedReplica } from '../plan/ports.ts'
import { probeHttp, probeSidecar } from '../processes/http-probe.ts'
import { isHeld, type Supervised, supervise, type ToolContext } from '../processes/supervise.ts'
import type { ReplicaState } from '../state.ts'
import { refusalIn } from './envoy-refusal.ts'

/** A supervised Envoy. */
export interface Sidecar extends Supervised {
  /** Why it last refused a configuration; undefined when it never did. */
  refusal(): string | undefined
}

/** A replica's two processes. */
export interface RunningReplica extends PlacedReplica {
  readonly app: Supervised
  readonly sidecar: Sidecar
  readonly accessLog: string
}

/** Longer than the services' own SHUTDOWN_GRACE_MS, so that they end in order by themselves. */
const appStopsWithinMs = 12_000
const sidecarStopsWithinMs = 3_000

/** Its own log as JSON lines; %j is the message, escaped. https://www.envoyproxy.io/docs/envoy/latest/operations/cli */
const envoyLogFormat = '{"time":"%Y-%m-%dT%T.%eZ","level":"%l","logger":"%n","msg":"%j"}'

/**
 * A crash says its reason first; the addresses that follow would only hide it. A collector that is away would fill the log, with a line
 * for every few spans; its own process says it.
 */
const quiet = ['--component-log-level', 'envoy_bug:off,backtrace:off,tracing:off']

/** The Envoy beside a replica: one worker, because with more of them small limits are not exact. */
export function startSidecar(
  { replica, ports }: PlacedReplica,
  sidecar: { envoy: string; bootstrap: string; env: Readonly<Record<string, string>> },
  context: ToolContext,
): Sidecar {
  const { envoy, bootstrap, env } = sidecar
  let refusal: string | undefined
  const onLines = (lines: readonly string[]): void => {
    for (const line of lines) refusal = refusalIn(line) ?? refusal
    context.onLines(lines)
  }
  const flags = ['--concurrency', '1', '--disable-hot-restart', '--log-level', 'warning', '--log-format', envoyLogFormat, ...quiet]
  // Access logs reach their file within a second instead of ten, so that experiments can read them.
  const args = ['--config-path', bootstrap, ...flags, '--file-flush-interval-msec', '1000']
  const supervised = supervise(
    {
      name: `${replica.name}/sidecar`,
      launch: async () => ({ command: envoy, args, env, cwd: repository }),
      probe: () => probeSidecar(ports.admin),
      stopWithinMs: sidecarStopsWithinMs,
    },
    { ...context, onLines },
  )
  return { ...supervised, refusal: () => refusal }
}

/** The process of the container; it starts when what it depends on is there. */
export function startApp(
  { replica, ports }: PlacedReplica,
  { env, dependencies }: { env: Readonly<Record<string, string>>; dependencies: Promise<void> },
  context: ToolContext,
): Supervised {
  const [program, ...args] = replica.command
  // The manifests' `node` is the one that runs us; the machine's own may be older.
  const command = program === 'node' ? process.execPath : program
  return supervise(
    {
      name: `${replica.name}/app`,
      launch: async () => {
        await dependencies
        return { command, args, env, cwd: repository }
      },
      probe: () => probeHttp(ports.app, replica.readinessPath),
      stopWithinMs: appStopsWithinMs,
    },
    context,
  )
}

/** What others are told about it. */
export function stateOf({ replica, ports, app, sidecar, accessLog }: RunningReplica): ReplicaState {
  return {
    name: replica.name,
    workload: replica.app,
    ...(replica.version !== undefined && { version: replica.version }),
    replica: replica.replica,
    status:
      [app, sidecar].map((process) => process.status()).find(isHeld) ?? (sidecar.status() === 'ready' ? app.status() : sidecar.status()),
    restarts: app.restarts() + sidecar.restarts(),
    app: { ...pidOf(app), port: ports.app, ...(ports.control !== undefined && { controlPort: ports.control }) },
    sidecar: { ...pidOf(sidecar), adminPort: ports.admin, inboundPort: ports.inbound, outboundPort: ports.outbound, accessLog },
  }
}

function pidOf(process: Supervised): { pid?: number } {
  const pid = process.pid()
  return pid === undefined ? {} : { pid }
}
