import { AppsV1Api, type KubeConfig, KubernetesObjectApi, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { namespace } from '../../../services/shared/contracts/topology.ts'
import { parseSplit, type Share } from '../../traffic-split/canary-routes.ts'
import { type SplitTarget, splitTraffic, type Version } from '../../traffic-split/split-traffic.ts'
import { changePolicy, type DestinationRule, rewritePolicy, type VirtualService } from '../change-policy.ts'
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
  return splitTrafficOf(connect(chooseCluster(env, contexts())), { ...options, destination, wanted })
}

export interface SplitOfOptions extends Omit<SplitOptions, 'weight'> {
  /** Undefined takes all back. */
  readonly wanted: Share | undefined
  /** Of the DestinationRule for as long as it has subsets, e.g. whose split it is. */
  readonly annotations?: Readonly<Record<string, string>>
}

/** The same in a cluster that is known. */
export const splitTrafficOf = (config: KubeConfig, { wanted, ...options }: SplitOfOptions): Promise<string> =>
  splitTraffic(splitInCluster(config, options), options.destination, wanted)

function splitInCluster(
  config: KubeConfig,
  { destination, annotations = {}, progress, signal }: Omit<SplitOfOptions, 'wanted'>,
): SplitTarget {
  const api = KubernetesObjectApi.makeApiClient(config)
  return {
    versions: () => versionsOf(config, destination),
    // One write changes both: what divides the traffic says whose it is from the first change to the last.
    changeRule: async (change) =>
      (
        await rewritePolicy<DestinationRule>(api, 'DestinationRule', destination, (rule) =>
          marked({ ...rule, spec: change(rule.spec) }, annotations),
        )
      ).spec,
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

/** With these annotations if it has subsets, else without them. */
export function marked(rule: DestinationRule, annotations: Readonly<Record<string, string>>): DestinationRule {
  const others = Object.entries(rule.metadata?.annotations ?? {}).filter(([name]) => !(name in annotations))
  const own = rule.spec.subsets === undefined ? [] : Object.entries(annotations)
  return { ...rule, metadata: { ...rule.metadata, annotations: Object.fromEntries([...others, ...own]) } }
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
