import { AppsV1Api } from '@kubernetes/client-node'
import { ClusterError } from '../cluster-error.ts'
import { ensureIstio } from '../istio/istio.ts'
import { connect, contexts } from '../kubeconfig.ts'
import { isObserved } from '../observability.ts'
import { eksContext } from './eks-context.ts'

const loadBalancers = { name: 'aws-load-balancer-controller', namespace: 'kube-system' }

/**
 * Installs Istio with its ingress gateway behind a Network Load Balancer.
 * @returns whether anything was installed now
 * @param env `KUBE_CONTEXT`, `ADOPT_ISTIO`
 * @throws ClusterError when nothing in the cluster could make the load balancer, or Istio is somebody else's
 */
export async function install(env: NodeJS.ProcessEnv): Promise<boolean> {
  const context = eksContext(env, contexts())
  const config = connect({ context })
  const { items } = await config.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace: loadBalancers.namespace })
  if (!items.some(({ metadata }) => metadata?.name === loadBalancers.name)) {
    throw new ClusterError(`${context} has no AWS Load Balancer Controller: install it first (scripts/cluster/eks/README.md, step 2).`)
  }
  return ensureIstio(config, context, { target: 'eks', observability: isObserved(env), adopt: env.ADOPT_ISTIO === '1' })
}
