import { isoDay } from '../quota-period.ts'
import { DaysOfUsage } from './days-of-usage.ts'
import { daysOfUsage, type Usage } from './usage.ts'

/** Remembers usage while this process runs. */
export function usageInMemory(now: () => number = Date.now): Usage {
  const known = new DaysOfUsage()
  let today = ''
  return {
    counted: 'this-replica',
    record(keyId, outcome) {
      const day = isoDay(now())
      known.add(day, keyId, outcome)
      if (day !== today) known.keep(daysOfUsage)
      today = day
    },
    of: async (keyId, days) => days.map((day) => ({ day, ...known.of(day, keyId) })),
    stop: async () => undefined,
  }
}
