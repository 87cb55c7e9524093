import { setTimeout } from 'node:timers/promises'
import { backOff } from '../../kafka/back-off.ts'
import type { Logger } from '../../kafka/client/kafka-logger.ts'
import type { EventLog } from '../../kafka/event-log.ts'
import type { Database } from '../database/database.ts'
import { deleteOutboxRows, feedRecord, oldestOutboxRows } from './outbox.ts'

/** Changes written with one request. */
const atOnce = 500
/** Milliseconds to gather changes: they are written a few times a second at most, and many at once. */
const gatherMs = 100
/** Milliseconds until this replica tries again to become the relay, when another one is it. */
const pauseMs = 250

/** Brings the outbox into the log. */
export interface OutboxRelay {
  /** There is something in the outbox. */
  wake(): void
  /** ms that the oldest change has waited, as far as this process knows: 0 when nothing waits. */
  ageMs(): number
  stop(): Promise<void>
}

/**
 * Writes changes to the log in the order of the outbox, then deletes them there, so that a crash in between writes them again
 * and none is left out. One process at a time, so that a row's changes stay in order.
 */
export function startOutboxRelay(eventLog: Pick<EventLog, 'produce'>, database: Database, logger: Logger): OutboxRelay {
  const stopping = new AbortController()
  const { signal } = stopping
  let awake = false
  let waitingSince: number | undefined
  let running: Promise<void> = Promise.resolve()
  const stopped = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
  stopped.catch(() => undefined)

  const relayAll = async (): Promise<boolean> => {
    for (;;) {
      const rows = await oldestOutboxRows(atOnce, database)
      if (rows.length === 0 || signal.aborted) return true
      // Kafka being away shows after a quarter of a minute: who stops does not wait for that. What gets there all the same is written again.
      await Promise.race([eventLog.produce(rows.map(feedRecord)), stopped])
      await deleteOutboxRows(rows, database)
      if (rows.length < atOnce) return true
    }
  }

  const run = async (): Promise<void> => {
    for (let failures = 0; awake && !signal.aborted; ) {
      awake = false
      await setTimeout(gatherMs, undefined, { signal }).catch(() => undefined)
      try {
        const done = await database.exclusively('projection-outbox', relayAll)
        failures = 0
        if (done && !awake) waitingSince = undefined
        if (done) continue
        awake = true
        await setTimeout(pauseMs, undefined, { signal }).catch(() => undefined)
      } catch (err) {
        if (signal.aborted) return
        awake = true
        failures += 1
        logger.warn({ err, failures }, 'changes of rows could not be relayed, trying again')
        await backOff(failures, signal)
      }
    }
  }

  let isRunning = false
  const wake = (): void => {
    awake = true
    waitingSince ??= performance.now()
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
    ageMs: () => (waitingSince === undefined ? 0 : performance.now() - waitingSince),
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
