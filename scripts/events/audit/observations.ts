import type { LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { place } from '../log/current-event.ts'
import { type Examiner, faults } from './examiner.ts'

/** A record as a consumer saw it while things broke. */
export interface Observation {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Header `id`. */
  readonly id: string | undefined
}

export const observe = ({ topic, partition, offset, headers }: LogRecord): Observation => ({
  topic,
  partition,
  offset,
  id: headers.id?.toString(),
})

/** A read_committed consumer's history against the log as it is in the end: it saw each record once, in order, and none that was aborted. */
export function examineObservations(history: readonly Observation[]): Examiner {
  const aborted = faults('records that a consumer saw and that are not in the log (aborted reads)')
  const unseen = faults('records of the log that a consumer has not seen')
  const disorder = faults('records that a consumer saw twice or out of order')
  const seen = new Map<string, string | undefined>()
  const last = new Map<string, number>()
  for (const { topic, partition, offset, id } of history) {
    const name = `${topic}/${partition}`
    if (offset <= (last.get(name) ?? -1)) disorder.add(`${name}/${offset} after ${last.get(name)}`)
    last.set(name, offset)
    seen.set(place({ topic, partition, offset }), id)
  }
  return {
    event: (record) => {
      const { id } = observe(record)
      const where = place(record)
      if (!seen.has(where)) unseen.add(where)
      else if (seen.get(where) !== id) aborted.add(`${where}: ${seen.get(where)}, in the log ${id}`)
      seen.delete(where)
    },
    checks: () => {
      for (const [where, id] of seen) aborted.add(`${where}: ${id}`)
      seen.clear()
      return [aborted, unseen, disorder].map((found) => found.check())
    },
  }
}
