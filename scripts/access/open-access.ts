import type { TargetName } from '../cli/options.ts'
import type { ShopAccess } from './shop-access.ts'

/**
 * @param env `KUBE_CONTEXT` or `KIND_CLUSTER` names the cluster, `KAFKA_BROKERS` its brokers where they are managed
 * @throws NoShop when there is none, with the line that starts one
 */
export async function openAccess(target: TargetName, env: NodeJS.ProcessEnv = process.env): Promise<ShopAccess> {
  return target === 'cluster' ? (await import('./cluster-access.ts')).clusterAccess(env) : (await import('./local-access.ts')).localAccess()
}
