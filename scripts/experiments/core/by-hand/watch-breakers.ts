import { setTimeout as delay } from 'node:timers/promises'
import type { ClusterSnapshot } from '../../../breaker-watch/snapshot.ts'
import type { Target } from '../target.ts'
import { takeSnapshot, type Watched } from '../timeline.ts'
import { type BreakerView, breakerViews } from './breaker-view.ts'

/** A person looks; a state of a second is seen. */
const periodMs = 250

/**
 * Looks at the callers' proxies until `signal` aborts, and tells what each look showed beside the one before. A proxy that does not answer is left
 * as it was.
 */
export async function watchBreakers(
  target: Target,
  watched: readonly Watched[],
  signal: AbortSignal,
  show: (now: readonly BreakerView[], before: readonly BreakerView[]) => void,
): Promise<void> {
  const firsts = new Map<Watched, ClusterSnapshot>()
  let before: readonly BreakerView[] = []
  const viewsOf = async (one: Watched): Promise<readonly BreakerView[]> => {
    const mine = before.filter(({ caller }) => caller === one.caller.name)
    const now = await takeSnapshot(target, one, performance.now()).catch(() => undefined)
    if (now === undefined) return mine
    const first = firsts.get(one) ?? now
    firsts.set(one, first)
    return breakerViews(one, first, now, mine)
  }
  while (!signal.aborted) {
    const now = (await Promise.all(watched.map(viewsOf))).flat()
    show(now, before)
    before = now
    await delay(periodMs, undefined, { signal }).catch(() => {})
  }
}
