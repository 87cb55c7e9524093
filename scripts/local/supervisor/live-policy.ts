import type { LocalPaths } from '../paths.ts'
import type { LocalState } from '../state.ts'
import type { Output } from './output.ts'
import { configureSidecars, manifestsInForce, type PlacedReplica } from './policy.ts'
import { watchDirectory } from './watch-directory.ts'

/** Gives edited policy to the running sidecars. */
export interface LivePolicy {
  status(): LocalState['policy']
  stop(): void
}

/** Watches manifests and overlays. A policy that cannot be read or rendered is said and changes nothing. */
export function watchPolicy(placed: readonly PlacedReplica[], paths: LocalPaths, output: Output, onChange: () => void): LivePolicy {
  let status: LocalState['policy'] = { generation: 0 }
  let last = Promise.resolve()

  const apply = async (): Promise<void> => {
    const { generation } = status
    try {
      configureSidecars(await manifestsInForce(paths), placed, paths)
      status = { generation: generation + 1 }
      output.say('info', `policy ${generation + 1} is given to the sidecars`)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      status = { generation, error: reason }
      output.say('error', `the edited policy is not in force: ${reason}`)
    }
    onChange()
  }
  const changed = (): void => {
    last = last.then(apply)
  }
  const watches = [watchDirectory(paths.manifests, changed), watchDirectory(paths.policy, changed)]
  return {
    status: () => status,
    stop: () => {
      for (const stop of watches) stop()
    },
  }
}
