import { setTimeout as delay } from 'node:timers/promises'
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node'
import { namespace } from '../../../services/shared/contracts/topology.ts'
import { exitCodes } from '../../cli/exit-codes.ts'
import { runTool } from '../../cli/run-tool.ts'
import { ClusterError } from '../cluster-error.ts'
import { findIstio, isAlone, istioNamespace, istioOwner, madeAnnotation } from '../istio/istio-owner.ts'
import { removeEdgeFilter } from '../istio/remove-edge-filter.ts'
import { connect, contexts } from '../kubeconfig.ts'
import { eksContext } from './eks-context.ts'

const goneWithinMs = 300_000

/**
 * Removes what was put into the cluster: the shop, and the Istio that was installed from here with its load balancer, which would outlive
 * the cluster and its bill. Somebody else's Istio stays, also one that was adopted.
 * The cluster itself, ECR, MSK and RDS stay: they may serve others (scripts/cluster/eks/README.md names their commands).
 * @returns what was removed and what was left, in words
 * @throws ClusterError when something is still there after 5 minutes
 */
export async function teardown(env: NodeJS.ProcessEnv, progress: (line: string) => void): Promise<string> {
  const context = eksContext(env, contexts())
  const config = connect({ context })
  const removeNamespace = (name: string) =>
    runTool('kubectl', ['--context', context, 'delete', 'namespace', name, '--ignore-not-found', '--wait=false'])
  const istio = await findIstio(config)
  await removeNamespace(namespace)
  await removeEdgeFilter(config)
  progress(`removing the namespace ${namespace}`)
  if (istioOwner(istio) !== 'us') {
    await gone(config, [namespace])
    return 'The shop is removed. Istio stays as it is: it was not installed from here.'
  }
  progress('removing Istio and its load balancer')
  // What all control planes share goes with the last one only.
  const extent = isAlone(istio) ? ['--purge'] : ['--revision', 'default']
  await runTool('istioctl', ['uninstall', '--context', context, ...extent, '-y'], { timeoutMs: goneWithinMs })
  const isOurs = istio.annotations?.[madeAnnotation] !== undefined
  // The controller's finalizer holds each Service back until its load balancer is gone.
  if (isOurs) await removeNamespace(istioNamespace)
  await gone(config, isOurs ? [namespace, istioNamespace] : [namespace])
  return `The shop, Istio and the load balancer are removed${isOurs ? '' : `; the namespace ${istioNamespace} was there before and stays`}.`
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
        exitCodes.stillBroken,
      )
    await delay(2000)
  }
}
