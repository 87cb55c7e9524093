import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { stringify } from 'yaml'
import { CommandError } from '../cli/command-error.ts'
import type { Manifest } from '../manifests/parse-manifests.ts'
import type { HttpRoute, Share } from '../traffic-split/canary-routes.ts'
import type { RuleSpec } from '../traffic-split/canary-subsets.ts'
import { type SplitTarget, splitTraffic, type Version } from '../traffic-split/split-traffic.ts'
import { type Control, control } from './control.ts'
import type { LocalPaths } from './paths.ts'
import { planReplicas } from './plan/replicas.ts'
import { splitOverlay } from './plan/split-overlay.ts'
import { manifestsInForce } from './supervisor/policy.ts'

const inForceWithinMs = 15_000
const lookEveryMs = 50

interface SplitOptions {
  readonly destination: string
  /** Undefined takes all back. */
  readonly wanted: Share | undefined
  /** Of the policies of the split, e.g. whose it is. */
  readonly annotations?: Readonly<Record<string, string>>
  readonly progress: (line: string) => void
}

/**
 * Splits a destination's traffic between its versions on the laptop, live, or takes all back. The policy of a split is an
 * overlay; what is not taken back ends with the shop.
 * @returns what holds now, in words
 * @throws CommandError when there is no such destination or version, or its policy does not come into force
 */
export async function splitTrafficHere(paths: LocalPaths, options: SplitOptions): Promise<string> {
  const { destination, wanted } = options
  const said = await splitTraffic(splitTarget(paths, options), destination, wanted)
  if (!wanted) await removeOverlay(paths, control(paths), destination)
  return said
}

function splitTarget(paths: LocalPaths, { destination, annotations, progress }: SplitOptions): SplitTarget {
  const shop = control(paths)
  /** Both policies go into one file, so that a reader sees both. */
  const change = async <Spec>(kind: 'DestinationRule' | 'VirtualService', edit: (spec: Spec) => Spec): Promise<Spec> => {
    const inForce = await manifestsInForce(paths)
    const policies = inForce.filter((object) => isPolicy(object) && object.metadata.name === destination)
    const policy = policies.find((object) => object.kind === kind)
    if (!policy) throw new CommandError(`${destination} has no ${kind}, so its traffic cannot be split.`)
    const { metadata, spec } = policy as Manifest & { spec: Spec }
    const marked = annotations ? { ...metadata, annotations: { ...metadata.annotations, ...annotations } } : metadata
    const changed = { ...policy, metadata: marked, spec: edit(spec) }
    await writeOverlay(
      paths,
      shop,
      destination,
      policies.map((object) => (object === policy ? changed : object)),
    )
    return changed.spec
  }
  return {
    versions: async () => versionsOf(await manifestsInForce(paths), await shop.state(), destination),
    changeRule: (edit) => change<RuleSpec>('DestinationRule', edit),
    changeRoutes: async (edit) => {
      await change<{ readonly http: readonly HttpRoute[] }>('VirtualService', (spec) => ({ ...spec, http: edit(spec.http) }))
    },
    scale: async (deployment, replicas) => {
      const running = (await shop.state()).replicas.filter(({ name }) => name.replace(/-\d+$/, '') === deployment).length
      if (replicas > 0 && running >= replicas) return
      if (replicas > 0 || running > 0) progress(`${replicas === 0 ? 'stopping' : 'starting'} ${deployment}`)
      // Also when none runs: somebody may just be starting them, and this waits its turn.
      await shop.scale(deployment, replicas)
    },
    // A policy is in force here when every proxy has it.
    awaitUndivided: async () => {},
  }
}

const isPolicy = ({ kind }: Manifest): boolean => kind === 'DestinationRule' || kind === 'VirtualService'

function versionsOf(
  manifests: readonly Manifest[],
  { replicas }: Awaited<ReturnType<Control['state']>>,
  destination: string,
): ReadonlyMap<string, Version> {
  const deployments = new Map(manifests.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => [metadata.name, 1]))
  const found = planReplicas(manifests, deployments).filter(({ app }) => app === destination)
  if (found.length === 0) throw new CommandError(`There is no ${destination} here, so its traffic cannot be split.`)
  const running = (version: string) => replicas.some((replica) => replica.workload === destination && replica.version === version)
  return new Map(
    found.map(({ version = '', workload }): [string, Version] => [version, { deployment: workload, running: running(version) }]),
  )
}

/** By rename from another folder, so that the supervisor sees one change and no half of it. @throws CommandError when it is not in force in time */
async function writeOverlay(paths: LocalPaths, shop: Control, destination: string, objects: readonly Manifest[]): Promise<void> {
  const file = splitOverlay(paths, destination)
  const draft = join(paths.folder, 'run', basename(file))
  await mkdir(paths.policy, { recursive: true })
  await writeFile(draft, objects.map((object) => stringify(object)).join('---\n'))
  await comesIntoForce(shop, () => rename(draft, file))
}

const removeOverlay = (paths: LocalPaths, shop: Control, destination: string): Promise<void> =>
  comesIntoForce(shop, () => rm(splitOverlay(paths, destination)))

async function comesIntoForce(shop: Control, change: () => Promise<void>): Promise<void> {
  const before = (await shop.state()).policy
  await change()
  const until = performance.now() + inForceWithinMs
  for (;;) {
    const { policy } = await shop.state()
    if (policy.generation > before.generation) return
    // An error from before is about files that may be mended by this change.
    const late = performance.now() > until
    if (late || (policy.error !== undefined && policy.error !== before.error))
      throw new CommandError(`The policy of the split is not in force: ${policy.error ?? `not within ${inForceWithinMs / 1000} s`}`)
    await pause(lookEveryMs)
  }
}
