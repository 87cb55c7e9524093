import type { TargetName } from '../../cli/options.ts'
import type { ShopTarget } from '../shop/shop-target.ts'

/** The shop on this machine or in a cluster, as experiments see it. @throws NoShop */
export async function openTarget(where: TargetName): Promise<ShopTarget> {
  return where === 'cluster'
    ? (await import('../shop/targets/cluster-target.ts')).clusterTarget(process.env)
    : (await import('../shop/targets/local-target.ts')).localTarget()
}
