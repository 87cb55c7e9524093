import { AppsV1Api, type KubeConfig, KubernetesObjectApi, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { firstVersion } from '../../../services/shared/contracts/deployment.ts'
import { namespace } from '../../../services/shared/contracts/topology.ts'
import { changePolicy, type DestinationRule, type VirtualService } from '../change-policy.ts'
import { chooseCluster } from '../choose-cluster.ts'
import { ClusterError } from '../cluster-error.ts'
import { connect, contexts } from '../kubeconfig.ts'
import { waitForRollout } from '../rollout/rollout.ts'
import { awaitUndividedRoutes } from './await-undivided-routes.ts'
import { type Canary, parseSplit, splitRoutes, stableRoutes } from './canary-routes.ts'
import { canarySubsets } from './canary-subsets.ts'

const readyWithinMs = 120_000
/** The version that charts give replicas. */
const stable = firstVersion
/** One may be ejected and the stage still has a host. */
const canaryReplicas = 2

export interface SplitOptions {
  readonly destination: string
  /** `v2=10` or `off`. */
  readonly weight: string
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
}

/**
 * Splits a destination's traffic between its versions, live, or with `off` takes all back, as `make deploy` does too.
 * Nothing of it is declared in manifests, because a subset without pods would answer 503.
 * @returns what holds now, in words
 * @throws ClusterError when there is no such destination or version, or somebody else changes a policy at the same moment
 */
export async function setTrafficSplit(env: NodeJS.ProcessEnv, { destination, weight, progress, signal }: SplitOptions): Promise<string> {
  const wanted = parseSplit(weight)
  const config = connect(chooseCluster(env, contexts()))
  const others = await otherVersions(config, destination)
  const scaleTo = async (deployment: string, replicas: number) => {
    if (!(await scale(config, deployment, replicas))) return
    progress(`${replicas === 0 ? 'stopping' : 'starting'} ${deployment}`)
    await waitForRollout(config, [{ kind: 'Deployment', metadata: { name: deployment } }], { deadlineMs: readyWithinMs, progress, signal })
  }
  if (!wanted) {
    await end(config, destination, () => Promise.all([...others.values()].map(({ deployment }) => scaleTo(deployment, 0))))
    return `All traffic of ${destination} goes to ${stable}; other versions have no pods.`
  }
  const { subset: canary, percent } = wanted
  const version = others.get(canary)
  if (!version)
    throw new ClusterError(`${destination} has no version ${canary} beside ${stable}: choose from ${[...others.keys()].join(', ')}.`)
  await begin(config, destination, { stable, canary, percent }, version.running, () => scaleTo(version.deployment, canaryReplicas))
  return `${destination}: ${percent} % to ${canary}, ${100 - percent} % to ${stable}; with the header x-stage: canary all to ${canary}.`
}

/** New pods are hosts of the undivided destination as well, so everything goes to the stable version by name before they start. */
async function begin(
  config: KubeConfig,
  destination: string,
  split: Canary,
  running: boolean,
  start: () => Promise<unknown>,
): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(config)
  await changePolicy<DestinationRule>(api, 'DestinationRule', destination, (spec) => ({ ...spec, subsets: canarySubsets(split, spec) }))
  if (!running)
    await changePolicy<VirtualService>(api, 'VirtualService', destination, (spec) => ({
      ...spec,
      http: stableRoutes(spec.http, split.stable),
    }))
  await start()
  await changePolicy<VirtualService>(api, 'VirtualService', destination, (spec) => ({ ...spec, http: splitRoutes(spec.http, split) }))
}

/** The same backwards; a subset goes only when no caller's proxy has a route to it any more. */
async function end(config: KubeConfig, destination: string, stop: () => Promise<unknown>): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(config)
  const { spec } = await changePolicy<DestinationRule>(api, 'DestinationRule', destination, (rule) => rule)
  if (spec.subsets) {
    await changePolicy<VirtualService>(api, 'VirtualService', destination, ({ http, ...rest }) => ({
      ...rest,
      http: stableRoutes(http, stable),
    }))
  }
  await stop()
  await changePolicy<VirtualService>(api, 'VirtualService', destination, ({ http, ...rest }) => ({ ...rest, http: splitRoutes(http) }))
  await awaitUndividedRoutes(config, destination)
  await changePolicy<DestinationRule>(api, 'DestinationRule', destination, ({ subsets: _, ...rule }) => rule)
}

interface Version {
  readonly deployment: string
  readonly running: boolean
}

/** Versions besides the stable one that have a Deployment, with or without pods. @throws ClusterError when there is none */
async function otherVersions(config: KubeConfig, destination: string): Promise<ReadonlyMap<string, Version>> {
  const labelSelector = `app.kubernetes.io/name=${destination}`
  const { items } = await config.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace, labelSelector })
  const others = new Map(
    items
      .map(({ metadata, spec }): [string, Version] => [
        spec?.template.metadata?.labels?.version ?? '',
        { deployment: metadata?.name ?? '', running: (spec?.replicas ?? 1) > 0 },
      ])
      .filter(([version]) => version !== stable),
  )
  if (items.length === 0) throw new ClusterError(`The cluster has no ${destination}: run make deploy first.`)
  if (others.size === 0) throw new ClusterError(`${destination} has one version only, so there is nothing to split.`)
  return others
}

/**
 * Gives a Deployment this many pods at least, or takes all.
 * @returns whether that changed anything
 */
async function scale(config: KubeConfig, name: string, replicas: number): Promise<boolean> {
  const apps = config.makeApiClient(AppsV1Api)
  const { spec } = await apps.readNamespacedDeployment({ name, namespace })
  if (Math.min(spec?.replicas ?? 1, Math.max(replicas, 1)) === replicas) return false
  await apps.patchNamespacedDeployment(
    { name, namespace, body: { spec: { replicas } } },
    setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
  )
  return true
}
