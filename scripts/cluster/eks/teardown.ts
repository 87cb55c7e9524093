import { setTimeout as delay } from 'node:timers/promises'
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node'
import { namespace } from '../../../services/shared/contracts/topology.ts'
import { ClusterError } from '../cluster-error.ts'
import { connect, contexts } from '../deploy.ts'
import { runTool } from '../run-tool.ts'
import { eksContext } from './eks-context.ts'

const goneWithinMs = 300_000

/**
 * Removes what was put into the cluster: the shop, Istio and with it the load balancer, which would outlive the cluster and its bill.
 * The cluster itself, ECR, MSK and RDS stay: they may serve others (scripts/cluster/eks/README.md names their commands).
 * @throws ClusterError when something is still there after 5 minutes
 */
export async function teardown(env: NodeJS.ProcessEnv, progress: (line: string) => void): Promise<void> {
  const context = eksContext(env, contexts())
  const config = connect({ context })
  await runTool('kubectl', ['--context', context, 'delete', 'namespace', namespace, '--ignore-not-found', '--wait=false'])
  progress(`removing the namespace ${namespace}`)
  await runTool('istioctl', ['uninstall', '--context', context, '--purge', '-y'], { timeoutMs: goneWithinMs })
  // The controller's finalizer holds each Service back until its load balancer is gone.
  await runTool('kubectl', ['--context', context, 'delete', 'namespace', 'istio-system', '--ignore-not-found', '--wait=false'])
  progress('removing Istio and its load balancer')
  await gone(config, [namespace, 'istio-system'])
}

async function gone(config: KubeConfig, names: readonly string[]): Promise<void> {
  const core = config.makeApiClient(CoreV1Api)
  const until = Date.now() + goneWithinMs
  for (;;) {
    const { items } = await core.listNamespace()
    const left = names.filter((name) => items.some(({ metadata }) => metadata?.name === name))
    if (left.length === 0) return
    if (Date.now() > until)
      throw new ClusterError(
        `Still there after ${goneWithinMs / 1000} s: the namespaces ${left.join(', ')}. See kubectl describe namespace.`,
      )
    await delay(2000)
  }
}
