import { setTimeout } from 'node:timers/promises'

/** At most this many items go into one run. */
const maxItems = 32

export interface BatcherOptions {
  /** Least time between the starts of two runs: whoever comes after a pause need not wait, and a stream of items shares runs. */
  readonly everyMs: number
  /** The error has nothing to do with the items: alone, each would only wait for it once more. */
  readonly concernsAll?: (error: unknown) => boolean
}

/**
 * Lets items that come at the same time share one run: what comes while a run is under way goes with the next.
 * When a run of several fails, each is run alone, so that one that cannot work does not keep the others from it.
 * @returns resolves when the item's run is done, rejects when it failed
 */
export function batcher<Item>(
  run: (items: readonly Item[]) => Promise<void>,
  { everyMs, concernsAll = () => false }: BatcherOptions,
): (item: Item) => Promise<void> {
  const waiting: { readonly item: Item; readonly done: PromiseWithResolvers<void> }[] = []
  let running = false
  let startedAt = Number.NEGATIVE_INFINITY

  const runTogether = async (together: typeof waiting): Promise<void> => {
    try {
      await run(together.map(({ item }) => item))
      for (const { done } of together) done.resolve()
    } catch (error) {
      if (together.length === 1 || concernsAll(error)) for (const { done } of together) done.reject(error)
      else for (const one of together) await runTogether([one])
    }
  }

  const runAll = async (): Promise<void> => {
    running = true
    while (waiting.length > 0) {
      // At least a turn of the event loop: what came with the same fetch comes along.
      await setTimeout(Math.max(0, startedAt + everyMs - performance.now()))
      startedAt = performance.now()
      await runTogether(waiting.splice(0, maxItems))
    }
    running = false
  }

  return (item) => {
    const done = Promise.withResolvers<void>()
    waiting.push({ item, done })
    // Not awaited: whatever fails rejects the items concerned.
    if (!running) void runAll()
    return done.promise
  }
}
