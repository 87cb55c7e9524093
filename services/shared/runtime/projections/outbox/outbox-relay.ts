import { setTimeout } from 'node:timers/promises'
import { backOff } from '../../kafka/back-off.ts'
import type { Logger } from '../../kafka/client/kafka-logger.ts'
import type { EventLog } from '../../kafka/event-log.ts'
import type { Database } from '../database/database.ts'
import { feedRecord, forget, oldestUntold } from './change-feed.ts'

/** Changes told with one request. */
const atOnce = 500
/** Milliseconds for company: changes are told a few times a second at most, and many at once. */
const gatherMs = 100
/** Milliseconds until another replica, which is telling now, is asked again whether it has told everything. */
const pauseMs = 250

/** Brings the outbox into the log. */
export interface TellingChanges {
  /** There is something to tell. */
  wake(): void
  stop(): Promise<void>
}

/**
 * Tells changes in the order of the outbox: first into the log, then out of the outbox, so that a crash in between tells them again
 * and none is left out. One process at a time, so that a row's changes stay in order.
 */
export function tellChanges(eventLog: Pick<EventLog, 'produce'>, database: Database, logger: Logger): TellingChanges {
  const stopping = new AbortController()
  const { signal } = stopping
  let awake = false
  let running: Promise<void> = Promise.resolve()
  const stopped = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
  stopped.catch(() => undefined)

  const tellAll = async (): Promise<boolean> => {
    for (;;) {
      const untold = await oldestUntold(atOnce, database)
      if (untold.length === 0 || signal.aborted) return true
      // Kafka being away shows after a quarter of a minute: who stops does not wait for that. What gets there all the same is told again.
      await Promise.race([eventLog.produce(untold.map(feedRecord)), stopped])
      await forget(untold, database)
      if (untold.length < atOnce) return true
    }
  }

  const run = async (): Promise<void> => {
    for (let failures = 0; awake && !signal.aborted; ) {
      awake = false
      await setTimeout(gatherMs, undefined, { signal }).catch(() => undefined)
      try {
        const done = await database.exclusively('projection-outbox', tellAll)
        failures = 0
        if (done) continue
        awake = true
        await setTimeout(pauseMs, undefined, { signal }).catch(() => undefined)
      } catch (err) {
        if (signal.aborted) return
        awake = true
        failures += 1
        logger.warn({ err, failures }, 'changes of rows could not be told, trying again')
        await backOff(failures, signal)
      }
    }
  }

  let isRunning = false
  const wake = (): void => {
    awake = true
    if (isRunning || signal.aborted) return
    isRunning = true
    running = run().finally(() => {
      isRunning = false
      // Woken on the last metre.
      if (awake) wake()
    })
  }

  return {
    wake,
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
