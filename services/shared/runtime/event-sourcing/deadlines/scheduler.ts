import { backOff } from '../../kafka/back-off.ts'

/** Node fires at once what is further away than 2^31 ms; also bounds how late a clock that was set back is noticed. */
const longestSleepMs = 3600_000

/** A command that is to be written when its moment has come. */
export interface ScheduledCommand {
  /** What was written once under this id is not written again. */
  readonly id: string
  /** RFC 3339. */
  readonly at: string
  /** Writes the command; tried again until it works. */
  fire(): Promise<void>
}

/** At most one scheduled command per aggregate, in memory: who knows the states knows the deadlines. */
export interface Scheduler {
  /** Replaces the aggregate's scheduled command; undefined takes it away. One that was written before is not scheduled again. */
  set(aggregateId: string, timer: ScheduledCommand | undefined): void
  stop(): void
}

export interface SchedulerOptions {
  readonly clock: () => Date
  readonly onFailure: (error: unknown, aggregateId: string, failures: number) => void
  /** Between a failure and the next attempt. */
  readonly pause?: (failures: number, signal: AbortSignal) => Promise<void>
}

/** One timer for the earliest of all. */
export function createScheduler({ clock, onFailure, pause = backOff }: SchedulerOptions): Scheduler {
  const pending = new Map<string, { readonly at: number; readonly timer: ScheduledCommand }>()
  /** Aggregate → the id under which its last command was written. */
  const fired = new Map<string, string>()
  const stopping = new AbortController()
  let alarm: NodeJS.Timeout | undefined
  let alarmAt = Number.POSITIVE_INFINITY

  const arm = (at: number): void => {
    if (at >= alarmAt || stopping.signal.aborted) return
    clearTimeout(alarm)
    alarmAt = at
    const sleep = Math.max(0, Math.min(at - clock().getTime(), longestSleepMs))
    alarm = setTimeout(ring, sleep)
    alarm.unref()
  }

  const insist = async (aggregateId: string, timer: ScheduledCommand): Promise<void> => {
    for (let failures = 1; !stopping.signal.aborted; failures += 1) {
      try {
        return await timer.fire()
      } catch (error) {
        onFailure(error, aggregateId, failures)
        await pause(failures, stopping.signal)
      }
    }
  }

  function ring(): void {
    alarmAt = Number.POSITIVE_INFINITY
    const now = clock().getTime()
    let earliest = Number.POSITIVE_INFINITY
    for (const [aggregateId, { at, timer }] of pending) {
      if (at > now) {
        earliest = Math.min(earliest, at)
        continue
      }
      pending.delete(aggregateId)
      fired.set(aggregateId, timer.id)
      void insist(aggregateId, timer)
    }
    arm(earliest)
  }

  return {
    set: (aggregateId, timer) => {
      const at = timer ? Date.parse(timer.at) : Number.NaN
      if (!timer || Number.isNaN(at) || fired.get(aggregateId) === timer.id) {
        pending.delete(aggregateId)
        return
      }
      pending.set(aggregateId, { at, timer })
      arm(at)
    },
    stop: () => {
      stopping.abort()
      clearTimeout(alarm)
    },
  }
}
