import { type KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node'
import { namespace } from '../../../../../services/shared/contracts/topology.ts'
import { type DestinationRule, policyVersion } from '../../../../cluster/change-policy.ts'
import { splitTrafficOf } from '../../../../cluster/traffic-split/split-traffic.ts'
import { isMarked, type Splits, splitMark } from '../splits.ts'

/** Divided traffic in a cluster: its DestinationRule says whose split it is. */
export function clusterSplits(config: KubeConfig): Splits {
  const splitTraffic: Splits['splitTraffic'] = async (destination, wanted) => {
    const signal = new AbortController().signal
    await splitTrafficOf(config, { destination, wanted, annotations: splitMark, progress: () => {}, signal })
  }
  return {
    splitTraffic,
    splits: async () =>
      (await dividedRules(config)).filter(isOurs).map(({ metadata: { name = '' } = {} }) => ({
        description: `the traffic split of ${name}`,
        remove: () => splitTraffic(name, undefined),
      })),
  }
}

/** Those with subsets. */
export async function dividedRules(config: KubeConfig): Promise<readonly DestinationRule[]> {
  const { items } = await KubernetesObjectApi.makeApiClient(config).list<DestinationRule>(policyVersion, 'DestinationRule', namespace)
  return items.filter(({ spec }) => (spec.subsets ?? []).length > 0)
}

/** Whether an experiment divides by it. */
export const isOurs = ({ metadata = {} }: DestinationRule): boolean => isMarked(metadata)
