import type { TargetName } from '../cli/options.ts'
import type { TelemetrySource } from '../telemetry/source.ts'

/** Where a target keeps logs and traces. @throws NoShop when there is no such cluster; a source of one that keeps none says so when it is asked */
export async function openTelemetry(target: TargetName): Promise<TelemetrySource> {
  if (target === 'cluster') return (await import('../telemetry/cluster/open-cluster-source.ts')).openClusterSource(process.env)
  const [{ storeSource }, { localPaths }] = await Promise.all([import('../telemetry/store-source.ts'), import('../local/paths.ts')])
  return storeSource(localPaths().telemetry)
}
