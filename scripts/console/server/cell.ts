import { orAborted } from './or-aborted.ts'

/** A value that changes, and can be watched. */
export interface Cell<Value> {
  get(): Value
  set(value: Value): void
  /** The value now, then each newer one; who is slow skips to the newest. */
  watch(signal: AbortSignal): AsyncGenerator<Value, void>
}

export function cell<Value>(first: Value): Cell<Value> {
  let value = first
  let next = Promise.withResolvers<void>()
  return {
    get: () => value,
    set: (newer) => {
      const { resolve } = next
      value = newer
      next = Promise.withResolvers()
      resolve()
    },
    async *watch(signal) {
      while (!signal.aborted) {
        const { promise } = next
        yield value
        await orAborted(promise, signal)
      }
    },
  }
}
