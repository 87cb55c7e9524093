import { setTimeout as delay } from 'node:timers/promises'
import type { Rollback } from './action.ts'

/** The rollbacks of a run, newest first. Each runs once, and one that fails does not keep the others from running. */
export interface RollbackStack {
  /** Returns the same rollback for early use. */
  push(description: string, rollback: Rollback): Rollback
  /** Rolls back everything that is still in force; returns what could not be. */
  unwind(): Promise<readonly string[]>
}

/** A rollback that has not ended by then (nobody answers any more) remains, and must not keep the others waiting. */
const longestMs = 120_000

export function rollbackStack(withinMs = longestMs): RollbackStack {
  const stack: { description: string; rollback: Rollback }[] = []
  return {
    push: (description, rollback) => {
      const once = onlyOnce(() => within(withinMs, rollback()))
      stack.push({ description, rollback: once })
      return once
    },
    unwind: async () => {
      const remains: string[] = []
      for (let last = stack.pop(); last !== undefined; last = stack.pop()) {
        await last
          .rollback()
          .catch((error: unknown) => remains.push(`${last?.description}: ${error instanceof Error ? error.message : String(error)}`))
      }
      return remains
    },
  }
}

/** @throws Error when it has not ended in time; it goes on all the same */
async function within(ms: number, rollback: Promise<void>): Promise<void> {
  const given = new AbortController()
  const tooLong = delay(ms, undefined, { signal: given.signal }).then(() => {
    throw new Error(`it did not end within ${ms / 1000} s`)
  })
  tooLong.catch(() => {})
  try {
    await Promise.race([rollback, tooLong])
  } finally {
    given.abort()
  }
}

/** A failed rollback may be tried again; a successful one is remembered. */
function onlyOnce(rollback: Rollback): Rollback {
  let done: Promise<void> | undefined
  return () => {
    done ??= rollback().catch((error: unknown) => {
      done = undefined
      throw error
    })
    return done
  }
}
