import {
  ApiException,
  AppsV1Api,
  type KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
  setHeaderOptions,
} from '@kubernetes/client-node'
import { namespace } from '../../services/shared/contracts/topology.ts'
import { type HttpRoute, parseWeight, splitRoutes } from './canary-routes.ts'
import { chooseCluster } from './choose-cluster.ts'
import { ClusterError } from './cluster-error.ts'
import { connect, contexts } from './deploy.ts'
import { waitForRollout } from './rollout.ts'

const readyWithinMs = 120_000

interface VirtualService extends KubernetesObject {
  readonly spec: { readonly http: readonly HttpRoute[] }
}
interface DestinationRule extends KubernetesObject {
  readonly spec: { readonly subsets?: readonly { readonly name: string }[] }
}

/**
 * Splits a callee's traffic between its versions, live: starts pods of the version if it has none, then changes the weights in
 * the VirtualService, unless somebody else changed that meanwhile. `off` takes both back; `make deploy` does so as well.
 * @param weight `v2=10` or `off`
 * @returns what holds now, in words
 * @throws ClusterError when there is no such callee or version, or the VirtualService was changed meanwhile
 */
export async function setWeight(
  env: NodeJS.ProcessEnv,
  { callee, weight, progress, signal }: { callee: string; weight: string; progress: (line: string) => void; signal: AbortSignal },
): Promise<string> {
  const wanted = parseWeight(weight)
  const config = connect(chooseCluster(env, contexts()))
  const api = KubernetesObjectApi.makeApiClient(config)
  const rule = await policy<DestinationRule>(api, 'DestinationRule', callee)
  const service = await policy<VirtualService>(api, 'VirtualService', callee)
  const [stable, ...others] = rule.spec.subsets?.map(({ name }) => name) ?? []
  if (!stable || others.length === 0) throw new ClusterError(`${callee} has one version only, so there is nothing to split.`)
  if (!wanted) {
    await replaceRoutes(api, service, splitRoutes(service.spec.http))
    await Promise.all(others.map((version) => scale(config, `${callee}-${version}`, 0)))
    return `All traffic of ${callee} goes to ${stable}; the other versions have no pods.`
  }
  const { subset: canary, percent } = wanted
  if (!others.includes(canary))
    throw new ClusterError(`${callee} has no version ${canary} beside ${stable}: choose from ${others.join(', ')}.`)
  const deployment = `${callee}-${canary}`
  if (await scale(config, deployment, 1)) progress(`starting ${deployment}`)
  await waitForRollout(config, [{ kind: 'Deployment', metadata: { name: deployment } }], { deadlineMs: readyWithinMs, progress, signal })
  await replaceRoutes(api, service, splitRoutes(service.spec.http, { stable, canary, percent }))
  return `${callee}: ${percent} % to ${canary}, ${100 - percent} % to ${stable}; with the header x-stage: canary all to ${canary}.`
}

async function policy<Kind extends KubernetesObject>(api: KubernetesObjectApi, kind: string, name: string): Promise<Kind> {
  try {
    return await api.read<Kind>({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name, namespace } })
  } catch (error) {
    if (error instanceof ApiException && error.code === 404)
      throw new ClusterError(`The cluster has no ${kind} ${name}: run make deploy first.`)
    throw error
  }
}

/** The object as it was read, with its resourceVersion: the server refuses it when there is a newer one. */
async function replaceRoutes(api: KubernetesObjectApi, service: VirtualService, http: readonly HttpRoute[]): Promise<void> {
  try {
    await api.replace({ ...service, spec: { ...service.spec, http } } as KubernetesObject)
  } catch (error) {
    if (!(error instanceof ApiException) || error.code !== 409) throw error
    throw new ClusterError(`The VirtualService ${service.metadata?.name} was changed by somebody else just now; look at it and try again.`)
  }
}

/**
 * Gives a Deployment its first pods, or takes all.
 * @returns whether that changed anything
 */
async function scale(config: KubeConfig, name: string, replicas: 0 | 1): Promise<boolean> {
  const apps = config.makeApiClient(AppsV1Api)
  const { spec } = await apps.readNamespacedDeployment({ name, namespace })
  if (Math.min(spec?.replicas ?? 1, 1) === replicas) return false
  await apps.patchNamespacedDeployment(
    { name, namespace, body: { spec: { replicas } } },
    setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
  )
  return true
}
