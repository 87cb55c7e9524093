import { setTimeout as delay } from 'node:timers/promises'
import { orAborted } from './or-aborted.ts'

/** One source of messages, whoever watches. */
export interface Shared<Message> {
  /** The latest message at once, then each newer one; who is slow skips to the newest. @throws what the source failed with */
  watch(signal: AbortSignal): AsyncGenerator<Message, void>
  /** Undefined while nobody watches. */
  latest(): Message | undefined
}

/** A page that is loaded again comes back within this time. */
const lingerMs = 2_000

/**
 * A source that runs while somebody watches: `run` begins with the first watcher, and its signal is aborted when the last has left.
 * @param run returns when its signal is aborted; what it throws goes to all who watch, and the next who comes begins anew
 */
export function shared<Message>(
  run: (publish: (message: Message) => void, signal: AbortSignal) => Promise<void>,
  leaveAfterMs: number = lingerMs,
): Shared<Message> {
  let running: Running<Message> | undefined

  const begin = (): Running<Message> => {
    const one: Running<Message> = { watchers: 0, sequence: 0, next: Promise.withResolvers(), stopping: new AbortController() }
    const publish = (message: Message): void => {
      const { resolve } = one.next
      one.latest = message
      one.sequence++
      one.next = Promise.withResolvers()
      resolve()
    }
    const end = (error: Error): void => {
      if (running === one) running = undefined
      one.next.promise.catch(() => {})
      one.next.reject(error)
    }
    run(publish, one.stopping.signal).then(
      () => end(new Error('there is nothing more to see')),
      (error: unknown) => end(error instanceof Error ? error : new Error(String(error))),
    )
    return one
  }
  const leave = async (one: Running<Message>): Promise<void> => {
    one.watchers--
    await delay(leaveAfterMs, undefined, { ref: false })
    if (one.watchers > 0) return
    if (running === one) running = undefined
    one.stopping.abort()
  }
  return {
    latest: () => running?.latest,
    async *watch(signal) {
      running ??= begin()
      const one = running
      one.watchers++
      try {
        let seen = 0
        while (!signal.aborted) {
          if (one.latest !== undefined && one.sequence > seen) {
            seen = one.sequence
            yield one.latest
          } else await orAborted(one.next.promise, signal)
        }
      } finally {
        void leave(one)
      }
    },
  }
}

interface Running<Message> {
  watchers: number
  /** How many messages there were. */
  sequence: number
  latest?: Message
  /** Fulfilled with the next message, rejected at the end. */
  next: PromiseWithResolvers<void>
  readonly stopping: AbortController
}
