import { ClusterError } from './cluster-error.ts'

/**
 * `OBSERVABILITY=1`: with collectors and stores of logs, traces and metrics.
 * @throws ClusterError when it is neither 1 nor 0
 */
export function isObserved({ OBSERVABILITY: wanted = '' }: NodeJS.ProcessEnv): boolean {
  if (!['', '0', '1'].includes(wanted)) throw new ClusterError(`OBSERVABILITY=${wanted} is neither 1 nor 0.`)
  return wanted === '1'
}
