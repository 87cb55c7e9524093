import { setTimeout } from 'node:timers/promises'
import type { Readiness } from '../../http/operational-routes.ts'
import type { Queries } from './database.ts'

export interface WatchOptions {
  /** Milliseconds between questions. */
  readonly askEveryMs?: number
  /** Milliseconds. As for Kafka: shorter silences end before anybody would have done something about them. */
  readonly maxStalenessMs?: number
}

/** Whether a database answers. */
export interface DatabaseWatch {
  ready(): Readiness
  stop(): Promise<void>
}

/**
 * Asks a database all the time whether it is there: a replica that is not ready is asked nothing by others, so its readers
 * would never tell it that the database is back.
 */
export function watchDatabase({ query }: Queries, { askEveryMs = 2000, maxStalenessMs = 6000 }: WatchOptions = {}): DatabaseWatch {
  const stopping = new AbortController()
  const { signal } = stopping
  let answeredAt = performance.now()

  const watch = async (): Promise<void> => {
    while (!signal.aborted) {
      await query('SELECT 1').then(
        () => {
          answeredAt = performance.now()
        },
        () => undefined,
      )
      await setTimeout(askEveryMs, undefined, { signal }).catch(() => undefined)
    }
  }
  const watching = watch()

  return {
    ready: () => {
      const isSilent = performance.now() - answeredAt > maxStalenessMs
      return { ready: !isSilent, waitingFor: isSilent ? ['database'] : [] }
    },
    stop: async () => {
      stopping.abort()
      await watching
    },
  }
}
