import { ClusterError } from '../cluster-error.ts'

/**
 * The context of an EKS cluster; it must be named, because whatever is current may be somebody's production.
 * @param contexts the names in the kubeconfig
 * @throws ClusterError when `KUBE_CONTEXT` is missing, unknown or a kind cluster
 */
export function eksContext(env: NodeJS.ProcessEnv, contexts: readonly string[]): string {
  const context = env.KUBE_CONTEXT
  if (!context)
    throw new ClusterError(`Name the EKS cluster: KUBE_CONTEXT=<context>. The kubeconfig has: ${contexts.join(', ') || 'none'}.`)
  if (!contexts.includes(context))
    throw new ClusterError(`KUBE_CONTEXT=${context} is not in the kubeconfig, which has: ${contexts.join(', ') || 'none'}.`)
  if (context.startsWith('kind-')) throw new ClusterError(`${context} is a kind cluster: make deploy and make undeploy are for it.`)
  return context
}
