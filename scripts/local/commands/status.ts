import { readFile } from 'node:fs/promises'
import { styleText } from 'node:util'
import { NoShop } from '../../cli/command-error.ts'
import { table } from '../../cli/table.ts'
import { consoleToken, consoleUrl } from '../console-token.ts'
import { control } from '../control.ts'
import type { LocalPaths } from '../paths.ts'
import { supervisedOf, supervisorsOf } from '../processes/shop-processes.ts'
import type { LocalState, ReplicaState } from '../state.ts'
import { isServed } from '../supervisor/control-server.ts'

/**
 * `status`: what runs, for people or as the JSON of `state.ts`.
 * @throws NoShop when nothing runs
 */
export async function status(paths: LocalPaths, { json }: { json: boolean }): Promise<void> {
  const state = await servedState(paths)
  if (state === undefined) throw await notServed(paths)
  console.log(json ? JSON.stringify(state, undefined, 2) : describe(state, await consoleToken(paths.consoleToken)))
}

/** Undefined without a supervisor, also when it ends while it is asked. */
async function servedState({ controlSocket }: LocalPaths): Promise<LocalState | undefined> {
  if (!(await isServed(controlSocket))) return undefined
  try {
    return await control({ controlSocket }).state()
  } catch (error) {
    if (await isServed(controlSocket)) throw error
    return undefined
  }
}

/** What runs without a supervisor that answers, or why nothing does. */
async function notServed({ folder, failure }: LocalPaths): Promise<NoShop> {
  const [supervisor] = supervisorsOf(folder)
  const rest = supervisedOf(folder).map(({ name }) => name)
  if (supervisor)
    return new NoShop(
      `A supervisor runs (pid ${supervisor.pid}, ${rest.length} processes of the shop) and does not answer: it starts or stops just now, or its files were removed. End it: make down`,
    )
  if (rest.length > 0)
    return new NoShop(
      `The supervisor has died; ${rest.length} processes that it started still run: ${rest.join(', ')}. End them: make down. Start anew: make up`,
    )
  const reason = await readFile(failure, 'utf8').catch(() => undefined)
  return new NoShop(reason ? `Breakwater has stopped by itself: ${reason} Start it: make up` : 'Breakwater does not run. Start it: make up')
}

function describe(state: LocalState, token: string): string {
  const head = ['REPLICA', 'STATUS', 'RESTARTS', 'APP', 'SIDECAR', 'INBOUND', 'OUTBOUND', 'ADMIN']
  const rows = state.replicas.map((replica) => [
    replica.name,
    replica.status,
    String(replica.restarts),
    place(replica.app.pid, replica.app.port),
    replica.sidecar.pid === undefined ? 'down' : `pid ${replica.sidecar.pid}`,
    ...[replica.sidecar.inboundPort, replica.sidecar.outboundPort, replica.sidecar.adminPort].map((port) => `:${port}`),
  ])
  const ready = state.replicas.every(isReady) && (state.kafka?.status ?? 'ready') === 'ready'
  return [
    `${styleText('bold', state.gatewayUrl)}  ${ready ? styleText('green', 'ready') : styleText('yellow', 'not all ready')}  since ${state.startedAt}`,
    table([head, ...rows]).trimEnd(),
    `kafka ${state.brokers}${notReady(state.kafka)}  supervisor pid ${state.supervisorPid}  logs ${state.logFile}`,
    ...(state.telemetry
      ? [
          `collector of logs and traces ${place(state.telemetry.pid, state.telemetry.port)}${notReady(state.telemetry)}  metrics http://127.0.0.1:${state.telemetry.port}/metrics`,
        ]
      : []),
    ...(state.console ? [`console ${consoleUrl(state.console.port, token)}${notReady(state.console)}`] : []),
    ...(state.policy.error ? [styleText('red', `The policy files as they are now are not in force: ${state.policy.error}`)] : []),
    ...(state.policy.warnings ?? []).map((warning) => styleText('yellow', `Policy: ${warning}`)),
  ].join('\n')
}

const notReady = (process: Pick<ReplicaState, 'status'> | undefined): string =>
  process && process.status !== 'ready' ? ` ${styleText('yellow', process.status)}` : ''
const isReady = ({ status }: ReplicaState): boolean => status === 'ready'
const place = (pid: number | undefined, port: number): string => (pid === undefined ? 'down' : `pid ${pid} :${port}`)
