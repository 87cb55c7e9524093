import { type KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node'
import { namespace } from '../../../../../services/shared/contracts/topology.ts'
import { NoShop } from '../../../../cli/command-error.ts'
import { type DestinationRule, policyVersion } from '../../../../cluster/change-policy.ts'

/**
 * A proxy keeps a breaker for each version that traffic is divided between, and experiments look at one for all.
 * @throws NoShop while a canary runs
 */
export async function refuseCanary(config: KubeConfig): Promise<void> {
  const { items } = await KubernetesObjectApi.makeApiClient(config).list<DestinationRule>(policyVersion, 'DestinationRule', namespace)
  const [destination] = items.filter(({ spec }) => (spec.subsets ?? []).length > 0).map(({ metadata }) => metadata?.name)
  if (destination === undefined) return
  throw new NoShop(
    `the traffic of ${destination} is divided between versions; end that first: npx breakwater traffic split ${destination} off`,
  )
}
