import { setTimeout as delay } from 'node:timers/promises'

export interface Waiting {
  readonly timeoutMs: number
  readonly everyMs: number
  readonly signal?: AbortSignal
}

/**
 * Asks again and again until `done` accepts the answer; at the deadline returns the last answer, accepted or not: the verdict judges it.
 * @throws what `signal` was aborted with
 */
export async function poll<T>(ask: () => Promise<T>, done: (answer: T) => boolean, { timeoutMs, everyMs, signal }: Waiting): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    signal?.throwIfAborted()
    const answer = await ask()
    if (done(answer) || performance.now() + everyMs > deadline) return answer
    await delay(everyMs, undefined, { ...(signal && { signal }) })
  }
}
