import type { LocalPaths } from '../paths.ts'
import type { Output } from './output.ts'
import { type SidecarConfig, writeSidecars } from './policy.ts'
import { awaitVerdict, type XdsStatus, xdsStatus } from './xds-status.ts'

/** Milliseconds for a sidecar to say whether it takes a policy; one that is paused never does. */
const verdictWithinMs = 5_000

export interface Giving {
  readonly paths: LocalPaths
  /** Why the sidecar of this replica last refused a configuration. */
  readonly refusal: (replica: string) => string | undefined
  readonly log: Output['log']
}

/**
 * Writes configurations for running sidecars and waits for what these say to them.
 * @throws Error with Envoy's reason when one refuses; all have `inForce` again by then
 */
export async function givePolicy(edited: readonly SidecarConfig[], inForce: readonly SidecarConfig[], giving: Giving): Promise<void> {
  const before = await Promise.all(edited.map(({ ports }) => xdsStatus(ports.admin)))
  writeSidecars(edited, giving.paths)
  const refusals = await Promise.all(edited.map((config, index) => refusalOf(config, before[index], giving)))
  const found = refusals.filter((refusal) => refusal !== undefined)
  if (found.length === 0) return
  writeSidecars(inForce, giving.paths)
  throw new Error([...new Set(found)].join('\n'))
}

/** @param before undefined when the sidecar is down: it reads the files when it starts */
async function refusalOf(
  { replica, ports, config }: SidecarConfig,
  before: XdsStatus | undefined,
  { refusal, log }: Giving,
): Promise<string | undefined> {
  if (!before) return undefined
  const verdict = await awaitVerdict(ports.admin, config, before, verdictWithinMs)
  if (verdict.kind === 'unknown') log('warn', `${replica.name}/sidecar has not taken the policy over within ${verdictWithinMs / 1000} s`)
  if (verdict.kind !== 'refused') return undefined
  return `Envoy refuses the ${verdict.files.join(' and ')}: ${refusal(replica.name) ?? `see the log of ${replica.name}/sidecar`}`
}
