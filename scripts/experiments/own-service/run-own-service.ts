import { NoShop, UsageError } from '../../cli/command-error.ts'
import { unknown } from '../../cli/nearest.ts'
import { chooseCluster } from '../../cluster/choose-cluster.ts'
import { describeFailure } from '../../cluster/describe-failure.ts'
import { connect, contexts } from '../../cluster/kubeconfig.ts'
import { podTunnels } from '../../cluster/pod-tunnels.ts'
import { clusterMesh } from '../cluster/cluster-mesh.ts'
import { type ExperimentsReport, runExperiments } from '../core/run-experiments.ts'
import { judgeable, refusal } from './judgeable.ts'
import { type OwnKindName, ownKinds } from './own-experiments.ts'
import { type OwnService, surveyService } from './survey.ts'

export interface OwnServiceRun extends OwnService {
  /** Kinds of `ownKinds`, or `all`. */
  readonly kinds: readonly string[]
  readonly out: string
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
}

/** Nobody else's orders are at stake; what other callers send is counted by the proxies. */
const noTraffic = async () => ({ quietly: <Result>(work: () => Promise<Result>) => work(), stop: async () => {} })

/**
 * Experiments on a service of the cluster that `KUBE_CONTEXT` or `KIND_CLUSTER` names, through the proxies of its caller. What they add to the
 * mesh is taken away again.
 * @throws UsageError when something is not there, or cannot be judged: with the reason, and what would be judged
 */
export async function runOnOwnService(run: OwnServiceRun): Promise<ExperimentsReport> {
  const { path, out, signal, progress } = run
  const wanted = chosen(run.kinds)
  const { cluster, config, survey } = await surveyed(run)
  const { kinds, others } = judgeable(wanted, { survey, path })
  // Who names one wants that one; of all there are, those that can be judged are worth a run.
  if (kinds.length === 0 || (others.length > 0 && !run.kinds.includes('all'))) throw new UsageError(refusal(others))
  const leftOut = others.map(({ kind, why }) => `${kind} was not run: ${why.join(' ')}`)
  const namespaces = [...new Set([survey.destination.namespace, survey.callerWorkload.namespace])] as [string, ...string[]]
  const target = clusterMesh({ config, tunnels: podTunnels(config), namespaces, ...(cluster.kind !== undefined && { kind: cluster.kind }) })
  try {
    const report = await runExperiments({
      target,
      experiments: kinds.map((kind) => ownKinds[kind].experiment({ survey, path })),
      out,
      signal,
      progress,
      startTraffic: noTraffic,
      checkInvariants: async () => [],
    })
    return { ...report, leftOut }
  } finally {
    await target.close()
  }
}

/** @throws NoShop when there is no such cluster, or it does not answer; UsageError when it has no such service */
async function surveyed(run: OwnServiceRun) {
  try {
    const cluster = chooseCluster(process.env, contexts())
    const config = connect(cluster)
    return { cluster, config, survey: await surveyService(config, run) }
  } catch (error) {
    throw error instanceof UsageError ? error : new NoShop(describeFailure(error))
  }
}

function chosen(names: readonly string[]): OwnKindName[] {
  const known = Object.keys(ownKinds) as OwnKindName[]
  if (names.includes('all')) return known
  return names.map((name) => {
    const found = known.find((one) => one === name)
    if (found === undefined) throw new UsageError(unknown('experiment on a service of your own', name, known))
    return found
  })
}
