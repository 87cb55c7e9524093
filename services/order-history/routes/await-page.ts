import { orderPageTag } from '../../shared/contracts/index.ts'
import { preferredWait } from '../../shared/runtime/http/prefer.ts'
import type { Changes, Queries } from '../../shared/runtime/projections/index.ts'
import type { OrderDetailRow } from '../projections/order-detail.ts'
import { findOrder } from '../projections/order-queries.ts'
import { type HasAlready, hasAlready } from './if-none-match.ts'

/** Milliseconds. An order accepted a moment ago is usually here within 100; who asks for one that never was should not wait long. */
const catchUpMs = 500

/** What a reader knows already, and how long it is ready to wait for news. */
export interface Patience {
  readonly known: HasAlready
  /** The page must be at least of this version. */
  readonly version: number
  readonly ms: number
  /** A page that is known is not waited for, unless the reader asked to wait. */
  readonly untilNew: boolean
  /** Tells the reader that its wish was granted. */
  readonly headers: { readonly 'preference-applied'?: string }
}

/** @param atVersion a version that is asked for, besides those that the reader knows */
export function patienceOf(headers: { prefer?: string; 'if-none-match'?: string }, atVersion = 0): Patience {
  const seconds = preferredWait(headers.prefer)
  const known = hasAlready(headers['if-none-match'])
  return {
    known,
    version: Math.max(known.version, atVersion),
    ms: seconds === undefined ? catchUpMs : seconds * 1000,
    untilNew: seconds !== undefined,
    headers: seconds === undefined ? {} : { 'preference-applied': `wait=${seconds}` },
  }
}

export const tagOf = ({ version, entries }: OrderDetailRow): string => orderPageTag(version, entries.length)

/**
 * Looks for an order until it is what the reader waits for.
 * @param signal ends the wait
 * @returns what there is at the end of the time, undefined when there is no such order
 */
export async function awaitOrder(
  orderId: string,
  { known, version, ms, untilNew }: Patience,
  { queries, untilFound, signal }: { readonly queries: Queries; readonly signal: AbortSignal } & Pick<Changes, 'untilFound'>,
): Promise<OrderDetailRow | undefined> {
  let latest: OrderDetailRow | undefined
  const look = async () => {
    const row = await findOrder(orderId, queries)
    latest = row?.placed ? row : undefined
    const isEnough = latest !== undefined && latest.version >= version && !(untilNew && known.has(tagOf(latest)))
    return isEnough ? latest : undefined
  }
  await untilFound(orderId, look, { ms, signal })
  return latest
}
