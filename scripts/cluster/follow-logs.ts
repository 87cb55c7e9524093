import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { namespace } from '../../services/shared/contracts/topology.ts'
import { chooseCluster } from './choose-cluster.ts'
import { connect, contexts } from './deploy.ts'

/** Follows the logs of all containers of the shop, each line behind its pod, until `signal` aborts. */
export async function followLogs(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const cluster = chooseCluster(env, contexts())
  connect(cluster)
  const follow = ['logs', '--follow', '--prefix', '--all-containers', '--tail=20', '--max-log-requests=60']
  const kubectl = spawn(
    'kubectl',
    ['--context', cluster.context, '-n', namespace, ...follow, '-l', 'app.kubernetes.io/part-of=breakwater'],
    {
      stdio: 'inherit',
      signal,
    },
  )
  await once(kubectl, 'close')
}
