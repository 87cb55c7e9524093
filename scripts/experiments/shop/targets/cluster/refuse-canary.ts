import { NoShop } from '../../../../cli/command-error.ts'
import type { DestinationRule } from '../../../../cluster/change-policy.ts'
import { isOurs } from './cluster-splits.ts'

/**
 * A proxy keeps a breaker for each version that traffic is divided between, and experiments look at one for all. What a killed run divides is
 * taken back before the next one begins.
 * @param divided rules with subsets
 * @throws NoShop while somebody's canary runs
 */
export function refuseCanary(divided: readonly DestinationRule[]): void {
  const destination = divided.find((rule) => !isOurs(rule))?.metadata?.name
  if (destination === undefined) return
  throw new NoShop(
    `the traffic of ${destination} is divided between versions; end that first: npx breakwater traffic split ${destination} off`,
  )
}
