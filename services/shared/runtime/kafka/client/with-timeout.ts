import { setTimeout } from 'node:timers/promises'

/**
 * Waits for something to end, but no longer than that: kafkajs tries for about 20 s to reach a broker that is away, and cannot be told
 * to give up. What has not ended by then ends with the process.
 */
export async function withinGrace(ending: Promise<unknown>, ms: number): Promise<void> {
  const done = new AbortController()
  try {
    await Promise.race([ending, setTimeout(ms, undefined, { signal: done.signal })])
  } finally {
    done.abort()
  }
}
