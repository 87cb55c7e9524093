import type { LocalPaths } from '../paths.ts'
import type { LocalState } from '../state.ts'
import { givePolicy } from './give-policy.ts'
import type { Output } from './output.ts'
import { manifestsInForce, renderSidecars, type SidecarConfig } from './policy.ts'
import type { Shop } from './shop.ts'
import { watchDirectory } from './watch-directory.ts'

/** Gives edited policy to the running sidecars. */
export interface LivePolicy {
  status(): LocalState['policy']
  stop(): void
}

/**
 * Watches manifests and overlays. A policy that cannot be read or rendered, or that an Envoy refuses, is said and changes nothing:
 * what was in force before is in force again.
 */
export function watchPolicy({ replicas, configs }: Shop, paths: LocalPaths, output: Output, onChange: () => void): LivePolicy {
  let inForce = configs
  let status: LocalState['policy'] = { generation: 0, ...warningsOf(configs) }
  let last = Promise.resolve()

  const refusalOf = (name: string) => replicas.find(({ replica }) => replica.name === name)?.sidecar.refusal()
  const apply = async (): Promise<void> => {
    const { generation } = status
    try {
      const edited = renderSidecars(await manifestsInForce(paths), replicas, paths)
      await givePolicy(edited, inForce, { paths, refusal: refusalOf, say: output.say })
      inForce = edited
      status = { generation: generation + 1, ...warningsOf(edited) }
      output.say('info', `policy ${generation + 1} is given to the sidecars`)
      for (const warning of status.warnings ?? []) output.say('warn', warning)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      status = { generation, error: reason, ...warningsOf(inForce) }
      output.say('error', `the edited policy is not in force: ${reason}`)
    }
    onChange()
  }
  const changed = (): void => {
    last = last.then(apply)
  }
  for (const warning of status.warnings ?? []) output.say('warn', warning)
  const watches = [watchDirectory(paths.manifests, changed), watchDirectory(paths.policy, changed)]
  return {
    status: () => status,
    stop: () => {
      for (const stop of watches) stop()
    },
  }
}

function warningsOf([first]: readonly SidecarConfig[]): Pick<LocalState['policy'], 'warnings'> {
  const warnings = first?.config.warnings ?? []
  return warnings.length > 0 ? { warnings: [...warnings] } : {}
}
