import type { V1Pod } from '@kubernetes/client-node'

const proxyContainer = 'istio-proxy'

/** Beside the app, or (where Kubernetes knows sidecars) among the containers that begin before it. */
export const hasProxy = ({ spec }: V1Pod): boolean =>
  [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].some(({ name }) => name === proxyContainer)
