import { namespace } from '../../services/shared/contracts/topology.ts'
import { showTool } from '../cli/run-tool.ts'
import { chooseCluster } from './choose-cluster.ts'
import { ClusterError } from './cluster-error.ts'
import { connect, contexts } from './kubeconfig.ts'
import { podLogLine } from './pod-log-line.ts'

/** All containers of the shop: twelve pods, each with its proxy. */
const atOnce = 60

export interface LogsOptions {
  /** A workload; all when absent. */
  readonly of: string | undefined
  /** How many of the latest, of each container. */
  readonly lines: number
  /** Goes on until `signal` aborts. */
  readonly follow: boolean
  /** A line of JSON each, with `pod` and `container` in front. */
  readonly json: boolean
  readonly signal: AbortSignal
}

/**
 * Prints the latest logs of all pods of the shop, each line behind its pod and container.
 * @throws ToolError when kubectl is missing; ClusterError when the cluster does not answer
 */
export async function printLogs(env: NodeJS.ProcessEnv, { of, lines, follow, json, signal }: LogsOptions): Promise<void> {
  const cluster = chooseCluster(env, contexts())
  connect(cluster)
  const options = [
    '--prefix',
    '--all-containers',
    '--ignore-errors',
    `--tail=${lines}`,
    `--max-log-requests=${atOnce}`,
    ...(follow ? ['--follow'] : []),
  ]
  const selector = `app.kubernetes.io/part-of=breakwater${of === undefined ? '' : `,app=${of}`}`
  const args = ['--context', cluster.context, '-n', namespace, 'logs', '-l', selector, ...options]
  const code = await showTool('kubectl', args, { signal, ...(json && { onLine: (line: string) => console.log(podLogLine(line)) }) })
  if (code !== 0 && !signal.aborted) throw new ClusterError(`kubectl logs ended with code ${code}.`)
}
