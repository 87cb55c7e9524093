import { table } from '../../terminal/table.ts'
import { control } from '../control.ts'
import type { LocalPaths } from '../paths.ts'
import type { LocalState, ReplicaState } from '../state.ts'
import { isServed } from '../supervisor/control-server.ts'
import { CommandFailed } from './command-failed.ts'
import { paint } from './print.ts'

/**
 * `status`: what runs, for people or as the JSON of `state.ts`.
 * @throws CommandFailed when nothing runs
 */
export async function status(paths: LocalPaths, { json }: { json: boolean }): Promise<void> {
  if (!(await isServed(paths.controlSocket))) throw new CommandFailed('Breakwater does not run. Start it: make up')
  const state = await control(paths).state()
  console.log(json ? JSON.stringify(state, undefined, 2) : describe(state))
}

function describe(state: LocalState): string {
  const head = ['REPLICA', 'STATUS', 'RESTARTS', 'APP', 'SIDECAR', 'INBOUND', 'OUTBOUND', 'ADMIN']
  const rows = state.replicas.map((replica) => [
    replica.name,
    replica.status,
    String(replica.restarts),
    place(replica.app.pid, replica.app.port),
    replica.sidecar.pid === undefined ? 'down' : `pid ${replica.sidecar.pid}`,
    ...[replica.sidecar.inboundPort, replica.sidecar.outboundPort, replica.sidecar.adminPort].map((port) => `:${port}`),
  ])
  const ready = state.replicas.every(isReady)
  return [
    `${paint('bold', state.gatewayUrl)}  ${ready ? paint('green', 'ready') : paint('yellow', 'not all ready')}  since ${state.startedAt}`,
    table([head, ...rows]).trimEnd(),
    `kafka ${state.brokers}  supervisor pid ${state.supervisorPid}  logs ${state.logFile}`,
    ...(state.policy.error ? [paint('red', `The policy files as they are now are not in force: ${state.policy.error}`)] : []),
    ...(state.policy.warnings ?? []).map((warning) => paint('yellow', `Policy: ${warning}`)),
  ].join('\n')
}

const isReady = ({ status }: ReplicaState): boolean => status === 'ready'
const place = (pid: number | undefined, port: number): string => (pid === undefined ? 'down' : `pid ${pid} :${port}`)
