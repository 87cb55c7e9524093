import { NoShop } from '../cli/command-error.ts'
import type { TargetName } from '../cli/options.ts'
import { localPaths } from '../local/paths.ts'
import type { TelemetrySource } from '../telemetry/source.ts'
import { storeSource } from '../telemetry/store-source.ts'

/** Where a target keeps logs and traces. @throws NoShop */
export async function openTelemetry(target: TargetName): Promise<TelemetrySource> {
  if (target === 'local') return storeSource(localPaths().telemetry)
  throw new NoShop('nobody keeps logs and traces of this cluster')
}
