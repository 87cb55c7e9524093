import { namespace } from '../../services/shared/contracts/topology.ts'
import type { PodTunnels } from './pod-tunnels.ts'

/** Of the proxy in a pod: https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio */
export const proxyAdminPort = 15_000
const answerWithinMs = 15_000

/**
 * Asks the admin interface of a pod's proxy.
 * @param path with its leading slash
 * @returns the body
 * @throws Error when the pod, its proxy or the answer is missing
 */
export async function proxyAdmin(tunnels: PodTunnels, pod: string, path: string): Promise<string> {
  const port = await tunnels.to({ namespace, pod, port: proxyAdminPort })
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(answerWithinMs) }).catch((error: Error) => {
    throw new Error(`The proxy of ${pod} does not answer ${path} (${error.cause instanceof Error ? error.cause.message : error.message}).`)
  })
  if (!answer.ok) throw new Error(`The proxy of ${pod} refuses ${path} with status ${answer.status}.`)
  return answer.text()
}
