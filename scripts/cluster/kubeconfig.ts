import { KubeConfig } from '@kubernetes/client-node'
import { messageOf, NoShop } from '../cli/command-error.ts'
import type { Cluster } from './choose-cluster.ts'
import { ClusterError } from './cluster-error.ts'

/** @throws NoShop when the kubeconfig has no such context; ClusterError when it cannot be read */
export function connect({ context }: Cluster): KubeConfig {
  const config = kubeconfig()
  if (!config.getContexts().some(({ name }) => name === context)) {
    throw new NoShop(`The kubeconfig has no context ${context}: run make deploy first, or name another with KUBE_CONTEXT.`)
  }
  config.setCurrentContext(context)
  return config
}

/** The names of the contexts in the kubeconfig; none when there is no kubeconfig. @throws ClusterError when it cannot be read */
export const contexts = (): string[] =>
  kubeconfig()
    .getContexts()
    .map(({ name }) => name)

function kubeconfig(): KubeConfig {
  const config = new KubeConfig()
  try {
    config.loadFromDefault()
  } catch (error) {
    throw new ClusterError(`The kubeconfig cannot be read (${messageOf(error)}): KUBECONFIG names it.`)
  }
  return config
}
