import type { KubeConfig } from '@kubernetes/client-node'
import { namespace, ports } from '../../services/shared/contracts/topology.ts'
import { runTool } from '../cli/run-tool.ts'
import { chooseCluster } from '../cluster/choose-cluster.ts'
import { ClusterError } from '../cluster/cluster-error.ts'
import { describeFailure } from '../cluster/describe-failure.ts'
import { connect, contexts } from '../cluster/kubeconfig.ts'
import { type PodTunnels, podTunnels } from '../cluster/pod-tunnels.ts'
import { undeploy } from '../cluster/undeploy.ts'
import { type AddedLatency, addedLatency, type Round, type Setup, setups } from './mesh/added-latency.ts'
import {
  bareClient,
  bareServer,
  benchNamespace,
  fortioPort,
  governedServer,
  plainClient,
  plainServer,
  shopClient,
  shopServer,
} from './mesh/bench-objects.ts'
import { type BenchPods, startBenchPods } from './mesh/bench-pods.ts'
import { fortioLoad, type Latency } from './mesh/fortio-load.ts'
import { type PodMemory, podMemory } from './mesh/pod-memory.ts'
import { removeShop } from './mesh/remove-shop.ts'
import { median } from './statistics.ts'

/** What the mesh costs, and how long a deployment takes. */
export interface MeshMeasurement {
  readonly latency: AddedLatency
  readonly rounds: readonly Round[]
  /** Of all pods of the shop's namespace. */
  readonly memory: PodMemory
  readonly deployMs: {
    /** Cluster, Istio, shop; absent in a cluster that was there before. */
    readonly fromNothing?: number
    /** The shop into a cluster with Istio, images built; absent likewise, because the shop would have to go first. */
    readonly shop?: number
    readonly noChange: number
  }
  /** Median of three. */
  readonly synthMs: number
  readonly requestsPerSecond: number
}

export interface MeshBenchOptions {
  readonly rate: number
  readonly connections: number
  readonly rounds: number
  readonly seconds: number
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
}

/** What a reader of the catalog asks for. */
const page = '/products'

/**
 * Measures in the kind cluster; one that was not there is made, and removed again.
 * @throws Error in one line when there is no such cluster or its shop does not get ready
 */
export async function benchMesh(options: MeshBenchOptions): Promise<MeshMeasurement> {
  try {
    return await measure(options)
  } catch (error) {
    options.signal.throwIfAborted()
    throw new Error(describeFailure(error))
  }
}

async function measure(options: MeshBenchOptions): Promise<MeshMeasurement> {
  const { progress, signal } = options
  const cluster = chooseCluster(process.env, contexts())
  if (!cluster.kind) throw new ClusterError(`${cluster.context} is no kind cluster, and only such a one is measured.`)
  const wasThere = contexts().includes(cluster.context)
  const synths = []
  while (synths.length < 3) synths.push(await timed(() => runTool(process.execPath, ['scripts/synth/main.ts'], { signal })))
  progress(wasThere ? 'deploying what has changed' : `creating the kind cluster ${cluster.kind}`)
  try {
    const first = await deployed(signal)
    const config = connect(cluster)
    const shop = wasThere ? undefined : await redeployed(config, options)
    progress('deploying without a change')
    const noChange = await deployed(signal)
    const memory = await podMemory(config, namespace)
    const { latency, rounds } = await measureLatency(config, options)
    const deployMs = { ...(!wasThere && { fromNothing: first }), ...(shop !== undefined && { shop }), noChange }
    return { latency, rounds, memory, deployMs, synthMs: median(synths), requestsPerSecond: options.rate }
  } finally {
    if (!wasThere) progress(await undeploy(process.env))
  }
}

/** As a person deploys. @returns ms */
const deployed = (signal: AbortSignal): Promise<number> =>
  timed(() => runTool(process.execPath, ['scripts/breakwater.ts', 'deploy', '--json'], { timeoutMs: 600_000, signal }))

async function redeployed(config: KubeConfig, { progress, signal }: MeshBenchOptions): Promise<number> {
  progress('removing the shop, and deploying it again')
  await removeShop(config, signal)
  return deployed(signal)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return Math.round(performance.now() - began)
}

async function measureLatency(config: KubeConfig, options: MeshBenchOptions): Promise<{ latency: AddedLatency; rounds: Round[] }> {
  const { rounds: count, progress, signal } = options
  const tunnels = podTunnels(config)
  progress('starting catalog without sidecars, and bare pods with and without')
  const pods = await startBenchPods(config, { progress, signal })
  try {
    const loads = await openLoads(tunnels, pods, options)
    progress('warming up')
    await playRound(loads, 0)
    const rounds: Round[] = []
    while (rounds.length < count) {
      progress(`round ${rounds.length + 1} of ${count}`)
      rounds.push(await playRound(loads, rounds.length))
    }
    return { latency: addedLatency(rounds), rounds }
  } finally {
    await tunnels.close()
    await pods.remove()
  }
}

type Loads = Readonly<Record<Setup, () => Promise<Latency>>>

async function openLoads(tunnels: PodTunnels, pods: BenchPods, options: MeshBenchOptions): Promise<Loads> {
  const client = async (inNamespace: string, app: string) =>
    tunnels.to({ namespace: inNamespace, pod: await pods.podOf(inNamespace, app), port: fortioPort })
  const [shop, plain, bare] = await Promise.all([
    client(namespace, shopClient),
    client(benchNamespace, plainClient),
    client(benchNamespace, bareClient),
  ])
  // Bare servers answer as many bytes as catalog does.
  const catalog = await tunnels.to({ namespace, pod: await pods.podOf(namespace, 'catalog'), port: ports.app })
  const { byteLength } = await fetch(`http://127.0.0.1:${catalog}${page}`).then((answer) => answer.arrayBuffer())
  const echo = `/echo?size=${byteLength}`
  const { rate, seconds, connections, signal } = options
  const load = (port: number, host: string, inNamespace: string, path: string) => () => {
    const url = `http://${host}.${inNamespace}.svc.cluster.local${path}`
    return fortioLoad(port, { url, requestsPerSecond: rate, seconds, connections }, signal)
  }
  return {
    catalogWithout: load(bare, shopServer, namespace, page),
    catalogWith: load(shop, 'catalog', namespace, page),
    bare: load(bare, bareServer, benchNamespace, echo),
    plain: load(plain, plainServer, benchNamespace, echo),
    plainAgain: load(plain, plainServer, benchNamespace, echo),
    governed: load(shop, governedServer, namespace, echo),
  }
}

/** Each round begins elsewhere, so that no setup always follows the same other one. */
async function playRound(loads: Loads, round: number): Promise<Round> {
  const first = round % setups.length
  const measured: [Setup, Latency][] = []
  for (const setup of [...setups.slice(first), ...setups.slice(0, first)]) measured.push([setup, await loads[setup]()])
  return Object.fromEntries(measured) as Round
}
