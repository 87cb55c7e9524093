import { type Static, Type } from 'typebox'
import type { LoadShedding } from '../../shared/runtime/http/load-shedding.ts'

const MaxInFlight = Type.Integer({ minimum: 0, maximum: 100_000, description: '0: no limit' })

/** What holds in this replica now. */
export const InFlightLimitNow = Type.Object({
  maxInFlight: MaxInFlight,
  limit: Type.Integer({ description: 'requests that may be in flight now; 0: no limit' }),
  inFlight: Type.Integer(),
})

/** Another upper limit, for a time: whoever set it may be gone by then. */
export const TemporaryLimit = Type.Object(
  { maxInFlight: MaxInFlight, seconds: Type.Integer({ minimum: 1, maximum: 600 }) },
  { additionalProperties: false },
)

/** For those who run the shop: how many requests this replica takes, and to change that for a while without a restart. */
export interface InFlightLimit {
  now(): Static<typeof InFlightLimitNow>
  setFor(limit: Static<typeof TemporaryLimit>): Static<typeof InFlightLimitNow>
}

export function temporaryLimit(shedding: LoadShedding): InFlightLimit {
  const configured = shedding.maxInFlight
  let until: NodeJS.Timeout | undefined
  const now = () => ({ maxInFlight: shedding.maxInFlight, limit: shedding.limit, inFlight: shedding.inFlight })
  return {
    now,
    setFor({ maxInFlight, seconds }) {
      clearTimeout(until)
      shedding.maxInFlight = maxInFlight
      until = setTimeout(() => {
        shedding.maxInFlight = configured
      }, seconds * 1000).unref()
      return now()
    },
  }
}
