import type { RebuildReport } from '../../../../services/shared/contracts/rebuild.ts'
import { type Check, equals, none, within } from '../../../checks/check.ts'
import type { ListRead } from './read-lists.ts'

export interface Config {
  readonly projection: string
  readonly orders: number
  readonly perSecond: number
  /** The rows are made again beside those in use. */
  readonly beside: boolean
}

export interface Observed {
  /** ms since 1970, when the run began. */
  readonly startedAt: number
  readonly accepted: readonly string[]
  /** How it ended; absent without a rebuild. */
  readonly rebuild?: { readonly state: string; readonly report?: RebuildReport; readonly tookMs: number }
  /** From before the first order until after the last, in the order of the answers. */
  readonly reads: readonly ListRead[]
  /** Those that began while the rows were made again. */
  readonly readsMeanwhile: number
  /** Orders in the lists in the end. */
  readonly listed: readonly string[]
}

export const names = {
  accepted: 'orders accepted',
  answered: 'reads that were not answered',
  listed: 'accepted orders that are not in the lists in the end',
} as const

export function verdict({ orders }: Config, { accepted, rebuild, reads, readsMeanwhile, listed }: Observed): readonly Check[] {
  const unanswered = reads.filter((read) => read.orders === undefined)
  const report = rebuild?.report
  return [
    equals('the rows that were made again are in use', 'live', rebuild?.state ?? 'no rebuild'),
    equals('SHA-256 of the rows', report?.hash.old ?? 'a hash', report?.hash.new ?? 'none'),
    equals('rows that differ', 0, report?.differing ?? 'unknown'),
    equals(names.accepted, orders, accepted.length),
    within('reads while the rows were made again', { min: 1 }, readsMeanwhile),
    none(
      names.answered,
      unanswered.map(({ status = 'no answer', code = '' }) => `${status} ${code}`.trimEnd()),
      reads.length,
    ),
    none('reads that had forgotten an order', forgetful(reads), reads.length),
    none(
      names.listed,
      accepted.filter((id) => !listed.includes(id)),
      accepted.length,
    ),
  ]
}

/** Of each customer, what one read had and a later one has not. */
export function forgetful(reads: readonly ListRead[]): string[] {
  const known = new Map<string, Set<string>>()
  return reads.flatMap(({ customerId, orders }) => {
    if (orders === undefined) return []
    const before = known.get(customerId) ?? new Set()
    known.set(customerId, new Set([...before, ...orders]))
    const missing = [...before].filter((id) => !orders.includes(id))
    return missing.length > 0 ? [`${customerId}: ${missing.join(', ')}`] : []
  })
}
