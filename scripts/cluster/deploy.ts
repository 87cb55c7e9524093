import { type KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node'
import {
  localRegistry,
  images as pulledImages,
  readModelDatabase,
  stages,
  telemetryImages,
} from '../../services/shared/contracts/deployment.ts'
import { identity } from '../../services/shared/contracts/identity.ts'
import { runTool } from '../cli/run-tool.ts'
import { applyObjects } from './apply/apply.ts'
import { pruneObjects } from './apply/prune.ts'
import { type Cluster, chooseCluster } from './choose-cluster.ts'
import { ClusterError } from './cluster-error.ts'
import { ensureDatabaseSecret } from './database-secret.ts'
import { ensureIdentitySecret } from './identity-secret.ts'
import { buildImages, type Images, imagesInDocker, loadIntoKind, pushImages } from './images/images.ts'
import { ensureIstio } from './istio/istio.ts'
import { ensureKindCluster, mappedPort } from './kind/kind-cluster.ts'
import { connect, contexts } from './kubeconfig.ts'
import { isObserved } from './observability.ts'
import { type RolloutOptions, waitForRollout } from './rollout/rollout.ts'
import { readStagedManifests, type StagedManifests, withImages } from './staged-manifests.ts'

const readyWithinMs = 300_000
const defaultPort = 8080

export interface Deployment {
  readonly cluster: Cluster
  /** Where the gateway answers; absent when the cluster is not a kind cluster of this machine. */
  readonly url?: string
  /** Objects that were created or changed, `Kind/name`. */
  readonly changed: readonly string[]
  /** Objects that were applied once and are declared no longer. */
  readonly removed: readonly string[]
}

/**
 * Cluster, Istio, images, manifests, readiness: each step does only what is not so yet, so that it can be run again at any time.
 * @param env `KUBE_CONTEXT`, `KIND_CLUSTER`, `KIND_IMAGE`, `PORT`, `ISTIO_OVERLAY`, `ADOPT_ISTIO`, `NODE_IMAGE`, `IMAGE_REGISTRY`, `OBSERVABILITY`
 * @throws ClusterError with one line that says what to do; what was made until then stays usable for the next run
 */
export async function deploy(env: NodeJS.ProcessEnv, progress: (line: string) => void, signal: AbortSignal): Promise<Deployment> {
  const cluster = chooseCluster(env, contexts())
  const { IMAGE_REGISTRY: registry, NODE_IMAGE, PORT, KIND_IMAGE, ISTIO_OVERLAY: overlay, ADOPT_ISTIO } = env
  const observability = isObserved(env)
  if (!cluster.kind && !registry) {
    throw new ClusterError(
      `${cluster.context} is no kind cluster, so it must pull: name a registry that it and this machine reach (IMAGE_REGISTRY=…).`,
    )
  }
  // What is missing is said before anything is made.
  await runTool('istioctl', ['version', '--remote=false'])
  if (cluster.kind) await runTool('kind', ['version'])
  const port = portOf(PORT)
  await runTool(process.execPath, ['scripts/synth/main.ts'])
  // Built before the cluster is asked for: a bundle that fails costs seconds, a cluster a minute.
  const images = await buildImages(registry ?? localRegistry, NODE_IMAGE ?? pulledImages.node, progress)

  if (cluster.kind && (await ensureKindCluster(cluster.kind, port, KIND_IMAGE))) {
    progress(`created the kind cluster ${cluster.kind}`)
  } else if (cluster.kind && !contexts().includes(cluster.context)) {
    throw new ClusterError(
      `The kind cluster ${cluster.kind} is there, but the kubeconfig does not know it: its creation was stopped (make undeploy removes it), or it is in another KUBECONFIG (kind export kubeconfig --name ${cluster.kind}).`,
    )
  }
  const config = connect(cluster)
  if (await ensureIstio(config, cluster.context, { target: 'kind', observability, overlay, adopt: ADOPT_ISTIO === '1' }))
    progress('installed Istio')
  if (cluster.kind)
    await loadIntoKind(cluster.kind, [...images.values(), ...(observability ? await imagesInDocker(telemetryImages) : [])], progress)
  else await pushImages(images, progress)

  const files = await readStagedManifests(observability ? 'dist/kind-observability' : 'dist/kind')
  const changed = await applyManifests(config, files, images, { deadlineMs: readyWithinMs, progress, signal })
  progress(changed.length === 0 ? 'nothing to change' : `applied ${changed.length} changes`)
  const declared = files.flatMap(({ objects }) => objects)
  // Last, because pods of before may need until now what is declared no longer.
  const removed = await pruneObjects(KubernetesObjectApi.makeApiClient(config), declared)
  if (removed.length > 0) progress(`removed what is no longer declared: ${removed.join(', ')}`)
  return { cluster, changed, removed, ...(cluster.kind && { url: `http://localhost:${await mappedPort(cluster.kind)}` }) }
}

function portOf(text = String(defaultPort)): number {
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new ClusterError(`PORT=${text} is no port: a whole number from 1 to 65535.`)
}

/**
 * Stage by stage; workloads only when the data stores are ready, because without them a service's first start would be in vain.
 * @returns the objects that were created or changed
 */
async function applyManifests(
  config: KubeConfig,
  files: readonly StagedManifests[],
  images: Images,
  options: RolloutOptions,
): Promise<string[]> {
  const api = KubernetesObjectApi.makeApiClient(config)
  const objects = (stage: number) =>
    withImages(
      files.filter((file) => file.stage === stage).flatMap((file) => file.objects),
      images,
    )
  const changed = await applyObjects(api, objects(stages.namespaces))
  const stores = objects(stages.data)
  const postgres = stores.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata?.name === 'postgres')
  if (postgres?.metadata?.namespace && (await ensureDatabaseSecret(config, postgres.metadata.namespace)))
    changed.push(`Secret/${readModelDatabase.secret}`)
  const mounts = (secret: string) => JSON.stringify(objects(stages.workloads)).includes(`"secretName":"${secret}"`)
  if (mounts(identity.secret) && (await ensureIdentitySecret(config))) changed.push(`Secret/${identity.secret}`)
  changed.push(...(await applyObjects(api, stores)), ...(await applyObjects(api, objects(stages.policies))))
  await waitForRollout(config, stores, options)
  const workloads = objects(stages.workloads)
  changed.push(...(await applyObjects(api, workloads)))
  await waitForRollout(config, workloads, options)
  return changed
}
