import type { LocalPaths } from '../../../local/paths.ts'
import { readSplitOverlays } from '../../../local/plan/split-overlay.ts'
import { splitTrafficHere } from '../../../local/split-traffic.ts'
import type { OrphanedFault } from '../../core/target.ts'
import type { ShopTarget } from '../shop-target.ts'

/** On the policies of a split that an experiment began. Those of a person's split have none, and it is left alone. */
const mark = 'experiment.breakwater.dev/temporary'

export interface LocalSplits {
  readonly splitTraffic: NonNullable<ShopTarget['splitTraffic']>
  /** What experiments began to split and did not take back. */
  splits(): Promise<OrphanedFault[]>
}

/** Divided traffic on the laptop. It outlives whoever divided it, and ends with the shop. */
export function localSplits(paths: LocalPaths, split = splitTrafficHere): LocalSplits {
  const splitTraffic: LocalSplits['splitTraffic'] = async (destination, wanted) => {
    await split(paths, { destination, wanted, annotations: { [mark]: 'true' }, progress: () => {} })
  }
  return {
    splitTraffic,
    splits: async () =>
      [...(await readSplitOverlays(paths))]
        .filter(([, policies]) => policies.some(({ metadata }) => metadata.annotations?.[mark] !== undefined))
        .map(([destination]) => ({
          description: `the traffic split of ${destination}`,
          remove: () => splitTraffic(destination, undefined),
        })),
  }
}
