import type { LocalPaths } from '../../../local/paths.ts'
import { readSplitOverlays } from '../../../local/plan/split-overlay.ts'
import { splitTrafficHere } from '../../../local/split-traffic.ts'
import { isMarked, type Splits, splitMark } from './splits.ts'

/** Divided traffic on the laptop. It outlives whoever divided it, and ends with the shop. */
export function localSplits(paths: LocalPaths, split = splitTrafficHere): Splits {
  const splitTraffic: Splits['splitTraffic'] = async (destination, wanted) => {
    await split(paths, { destination, wanted, annotations: splitMark, progress: () => {} })
  }
  return {
    splitTraffic,
    splits: async () =>
      [...(await readSplitOverlays(paths))]
        .filter(([, policies]) => policies.some(({ metadata }) => isMarked(metadata)))
        .map(([destination]) => ({
          description: `the traffic split of ${destination}`,
          remove: () => splitTraffic(destination, undefined),
        })),
  }
}
