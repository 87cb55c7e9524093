import type { Redis } from 'ioredis'
import { isoDay } from '../quota-period.ts'
import { DaysOfUsage } from './days-of-usage.ts'
import { daysOfUsage, type Usage, usageOutcomes } from './usage.ts'

/** ms; what a replica that dies has not written is lost. */
const writeEveryMs = 1000

/** Seconds that a day is kept. */
const keptSeconds = daysOfUsage * 86_400

/** Adds up usage of all replicas: a hash for each day. Requests do not wait for it; while Redis is away, it is kept and written later. */
export function usageInRedis(redis: Redis, prefix: string, now: () => number = Date.now): Usage {
  let unwritten = new DaysOfUsage()
  let timer: NodeJS.Timeout | undefined
  const keyOf = (day: string): string => `${prefix}usage:${day}`

  const write = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const writing = [...unwritten.entries()]
    if (writing.length === 0) return
    unwritten = new DaysOfUsage()
    const transaction = redis.multi()
    for (const [day, keyId, counts] of writing) {
      for (const outcome of usageOutcomes) if (counts[outcome] > 0) transaction.hincrby(keyOf(day), `${keyId}:${outcome}`, counts[outcome])
      transaction.expire(keyOf(day), keptSeconds)
    }
    await transaction.exec().catch(() => {
      for (const [day, keyId, counts] of writing)
        for (const outcome of usageOutcomes) if (counts[outcome] > 0) unwritten.add(day, keyId, outcome, counts[outcome])
      unwritten.keep(daysOfUsage)
      writeSoon()
    })
  }
  const writeSoon = (): void => {
    timer ??= setTimeout(() => void write(), writeEveryMs).unref()
  }

  return {
    counted: 'all-replicas',
    record(keyId, outcome) {
      unwritten.add(isoDay(now()), keyId, outcome)
      writeSoon()
    },
    async of(keyId, days) {
      await write()
      const pipeline = redis.pipeline()
      for (const day of days) pipeline.hmget(keyOf(day), ...usageOutcomes.map((outcome) => `${keyId}:${outcome}`))
      const rows = (await pipeline.exec().catch(() => null)) ?? []
      return days.map((day, index) => {
        const [error, values] = rows[index] ?? []
        const here = unwritten.of(day, keyId)
        const written = !error && Array.isArray(values) ? values : []
        const count = (at: number): number => Number(written[at] ?? 0)
        return { day, admitted: count(0) + here.admitted, throttled: count(1) + here.throttled, overQuota: count(2) + here.overQuota }
      })
    },
    async stop() {
      await write()
      clearTimeout(timer)
    },
  }
}
