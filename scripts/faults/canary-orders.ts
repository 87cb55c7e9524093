import { runOrderLoad } from '../load/orders.ts'
import type { Target } from './target.ts'

/** Enough to see a lost one; few enough to cost a second. */
const count = 6
const withinMs = 30_000

/**
 * Gives the shop a few orders before it is broken, so that the invariants are about something.
 * @returns ids of those that were accepted; the invariants say whether each is still there and has ended
 */
export async function placeCanaryOrders(target: Target, signal: AbortSignal): Promise<readonly string[]> {
  const report = await runOrderLoad({
    entryUrl: target.entryUrl,
    count,
    concurrency: 2,
    seed: `canary-${Date.now().toString(36)}`,
    acceptWithinMs: withinMs,
    endWithinMs: withinMs,
    signal,
  })
  if (report.accepted < count)
    throw new Error(
      `the shop took ${report.accepted} of ${count} orders before anything was broken: ${JSON.stringify({ ...report.rejected, ...report.givenUpBecause })}`,
    )
  return report.orders
}
