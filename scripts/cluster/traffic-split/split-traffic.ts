import { AppsV1Api, type KubeConfig, KubernetesObjectApi, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { namespace } from '../../../services/shared/contracts/topology.ts'
import { parseSplit } from '../../traffic-split/canary-routes.ts'
import { type SplitTarget, splitTraffic, type Version } from '../../traffic-split/split-traffic.ts'
import { changePolicy, type DestinationRule, type VirtualService } from '../change-policy.ts'
import { chooseCluster } from '../choose-cluster.ts'
import { ClusterError } from '../cluster-error.ts'
import { connect, contexts } from '../kubeconfig.ts'
import { waitForRollout } from '../rollout/rollout.ts'
import { awaitUndividedRoutes } from './await-undivided-routes.ts'

const readyWithinMs = 120_000

export interface SplitOptions {
  readonly destination: string
  /** `v2=10` or `off`. */
  readonly weight: string
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
}

/**
 * Splits a destination's traffic between its versions in a cluster, live, or with `off` takes all back, as `make deploy` does too.
 * @returns what holds now, in words
 * @throws CommandError when there is no such destination or version, or somebody else changes a policy at the same moment
 */
export async function setTrafficSplit(env: NodeJS.ProcessEnv, { destination, weight, ...options }: SplitOptions): Promise<string> {
  const wanted = parseSplit(weight)
  return splitTraffic(splitInCluster(connect(chooseCluster(env, contexts())), destination, options), destination, wanted)
}

type Rollout = Pick<SplitOptions, 'progress' | 'signal'>

function splitInCluster(config: KubeConfig, destination: string, { progress, signal }: Rollout): SplitTarget {
  const api = KubernetesObjectApi.makeApiClient(config)
  return {
    versions: () => versionsOf(config, destination),
    changeRule: async (change) => (await changePolicy<DestinationRule>(api, 'DestinationRule', destination, change)).spec,
    changeRoutes: async (change) => {
      await changePolicy<VirtualService>(api, 'VirtualService', destination, (spec) => ({ ...spec, http: change(spec.http) }))
    },
    scale: async (deployment, replicas) => {
      if (!(await scale(config, deployment, replicas))) return
      progress(`${replicas === 0 ? 'stopping' : 'starting'} ${deployment}`)
      await waitForRollout(config, [{ kind: 'Deployment', metadata: { name: deployment } }], {
        deadlineMs: readyWithinMs,
        progress,
        signal,
      })
    },
    awaitUndivided: () => awaitUndividedRoutes(config, destination),
  }
}

async function versionsOf(config: KubeConfig, destination: string): Promise<ReadonlyMap<string, Version>> {
  const labelSelector = `app.kubernetes.io/name=${destination}`
  const { items } = await config.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace, labelSelector })
  if (items.length === 0) throw new ClusterError(`The cluster has no ${destination}: run make deploy first.`)
  return new Map(
    items.map(({ metadata, spec }): [string, Version] => [
      spec?.template.metadata?.labels?.version ?? '',
      { deployment: metadata?.name ?? '', running: (spec?.replicas ?? 1) > 0 },
    ]),
  )
}

/**
 * Gives a Deployment this many replicas at least, or takes all.
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
