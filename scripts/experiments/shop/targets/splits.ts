import type { OrphanedFault } from '../../core/target.ts'
import type { ShopTarget } from '../shop-target.ts'

/** Divided traffic of a shop. It outlives whoever divided it. */
export interface Splits extends Pick<ShopTarget, 'splitTraffic'> {
  /** What experiments began to split and did not take back. */
  splits(): Promise<OrphanedFault[]>
}

/** Annotation of the policy of a split that an experiment began. That of a person's split has none, and it is left alone. */
export const splitMark = { 'experiment.breakwater.dev/temporary': 'true' } as const

export const isMarked = ({ annotations = {} }: { readonly annotations?: Readonly<Record<string, string>> }): boolean =>
  Object.keys(splitMark).every((name) => annotations[name] !== undefined)
