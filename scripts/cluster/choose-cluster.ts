import { ClusterError } from './cluster-error.ts'

/** The cluster that a command works on. */
export interface Cluster {
  /** Context in the kubeconfig. */
  readonly context: string
  /** Name of the kind cluster behind it; absent for a cluster of another kind. */
  readonly kind?: string
}

/**
 * Never the kubeconfig's current context: that may be somebody's production. A cluster is either a kind cluster
 * (`KIND_CLUSTER`, default `breakwater`) or one that `KUBE_CONTEXT` names.
 * @param contexts the names in the kubeconfig
 * @throws ClusterError when `KUBE_CONTEXT` names a context that does not exist
 */
export function chooseCluster(env: NodeJS.ProcessEnv, contexts: readonly string[]): Cluster {
  const { KUBE_CONTEXT: context, KIND_CLUSTER } = env
  if (!context) {
    const kind = KIND_CLUSTER || 'breakwater'
    return { context: `kind-${kind}`, kind }
  }
  if (!contexts.includes(context)) {
    throw new ClusterError(`KUBE_CONTEXT=${context} is not in the kubeconfig, which has: ${contexts.join(', ') || 'no context'}.`)
  }
  return context.startsWith('kind-') ? { context, kind: context.slice('kind-'.length) } : { context }
}
