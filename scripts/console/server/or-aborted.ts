/**
 * What a promise comes to, or undefined as soon as the signal is aborted. Unlike `Promise.race` with one promise for the whole of a long
 * loop, it leaves nothing behind at that promise.
 */
export function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  if (signal.aborted) return Promise.resolve(undefined)
  return new Promise((resolve, reject) => {
    const abort = (): void => resolve(undefined)
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
