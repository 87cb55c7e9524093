/**
 * `node:timers/promises` on the global timers, so that `vi.useFakeTimers` rules it too:
 * `vi.mock('node:timers/promises', () => import('…/timer-promises.ts'))`
 */
export const setTimeout = <Value>(ms: number, value?: Value, { signal }: { signal?: AbortSignal } = {}): Promise<Value | undefined> =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const timer = globalThis.setTimeout(resolve, ms, value)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
