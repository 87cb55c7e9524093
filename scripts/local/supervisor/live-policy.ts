import type { Manifest } from '../../manifests/parse-manifests.ts'
import type { LocalPaths } from '../paths.ts'
import type { PlacedReplica } from '../plan/ports.ts'
import type { LocalState } from '../state.ts'
import { givePolicy } from './give-policy.ts'
import type { Output } from './output.ts'
import { manifestsInForce, renderSidecars, type SidecarConfig, writeSidecars } from './policy.ts'
import type { Shop } from './shop.ts'
import { watchDirectory } from './watch-directory.ts'

/** Gives edited policy, and who serves, to the running sidecars. */
export interface LivePolicy {
  status(): LocalState['policy']
  /** Nobody sends to the replica any more; fulfilled when the sidecars know, or after 5 s. */
  withdraw(name: string): Promise<void>
  /** They send to it again. */
  readmit(...names: readonly string[]): Promise<void>
  /** As they are in force now. */
  manifests(): readonly Manifest[]
  /**
   * Writes configurations for sidecars that are to be started. Nobody sends to these replicas before they are readmitted.
   * @returns the bootstrap file of each, by its name
   */
  join(newcomers: readonly PlacedReplica[]): Promise<ReadonlyMap<string, string>>
  /** Nobody sends to these replicas any more, and there is no configuration for them from now on. */
  leave(names: readonly string[]): Promise<void>
  stop(): void
}

/**
 * Watches manifests and overlays. A policy that cannot be read or rendered, or that an Envoy refuses, is said and changes nothing:
 * what was in force before is in force again.
 */
export function watchPolicy(
  { replicas, manifests, configs, tracing }: Shop,
  paths: LocalPaths,
  output: Output,
  onChange: () => void,
): LivePolicy {
  let inForce = { manifests, configs }
  let placed: readonly PlacedReplica[] = replicas
  const away = new Set<string>()
  let status: LocalState['policy'] = { generation: 0, ...warningsOf(configs) }
  let last = Promise.resolve()

  const refusalOf = (name: string) => replicas.find(({ replica }) => replica.name === name)?.sidecar.refusal()
  const give = async (wanted: readonly Manifest[]): Promise<void> => {
    const edited = renderSidecars(wanted, placed, paths, tracing, away)
    await givePolicy(edited, inForce.configs, { paths, refusal: refusalOf, log: output.log })
    inForce = { manifests: wanted, configs: edited }
  }
  const apply = async (): Promise<void> => {
    const { generation } = status
    try {
      await give(await manifestsInForce(paths))
      status = { generation: generation + 1, ...warningsOf(inForce.configs) }
      output.log('info', `policy ${generation + 1} is given to the sidecars`)
      for (const warning of status.warnings ?? []) output.log('warn', warning)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      status = { generation, error: reason, ...warningsOf(inForce.configs) }
      output.log('error', `the edited policy is not in force: ${reason}`)
    }
    onChange()
  }
  const changed = (): void => {
    last = last.then(apply)
  }
  /** With the policy that is in force: one that is being edited may be broken. */
  const giveEndpoints = (): Promise<void> => {
    last = last
      .then(() => give(inForce.manifests))
      .catch((error: unknown) =>
        output.log('warn', `the sidecars do not know who serves: ${error instanceof Error ? error.message : error}`),
      )
    return last
  }
  for (const warning of status.warnings ?? []) output.log('warn', warning)
  const watches = [watchDirectory(paths.manifests, changed), watchDirectory(paths.policy, changed)]
  return {
    status: () => status,
    withdraw: (name) => {
      away.add(name)
      return giveEndpoints()
    },
    readmit: (...names) => {
      for (const name of names) away.delete(name)
      return giveEndpoints()
    },
    manifests: () => inForce.manifests,
    join: async (newcomers) => {
      for (const { replica } of newcomers) away.add(replica.name)
      placed = [...placed, ...newcomers]
      await giveEndpoints()
      const names = new Set(newcomers.map(({ replica }) => replica.name))
      return writeSidecars(
        inForce.configs.filter(({ replica }) => names.has(replica.name)),
        paths,
      )
    },
    leave: async (names) => {
      placed = placed.filter(({ replica }) => !names.includes(replica.name))
      for (const name of names) away.delete(name)
      await giveEndpoints()
    },
    stop: () => {
      for (const stop of watches) stop()
    },
  }
}

function warningsOf([first]: readonly SidecarConfig[]): Pick<LocalState['policy'], 'warnings'> {
  const warnings = first?.config.warnings ?? []
  return warnings.length > 0 ? { warnings: [...warnings] } : {}
}
