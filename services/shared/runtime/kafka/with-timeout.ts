import { setTimeout } from 'node:timers/promises'

/**
 * Waits for a promise, but no longer than that. What it stands for goes on: kafkajs tries for about 20 s to reach a broker that is away, and
 * cannot be told to give up.
 * @returns what it resolves to in time; undefined after `ms`. @throws what it rejects with in time
 */
export async function withTimeout<Value>(promise: Promise<Value>, ms: number): Promise<Value | undefined> {
  const done = new AbortController()
  try {
    return await Promise.race([promise, setTimeout(ms, undefined, { signal: done.signal })])
  } finally {
    done.abort()
  }
}
