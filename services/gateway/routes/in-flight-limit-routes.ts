import { type Static, Type } from 'typebox'
import type { LoadShedding } from '../../shared/runtime/http/load-shedding.ts'
import type { Server } from '../../shared/runtime/http/server.ts'

const MaxInFlight = Type.Integer({ minimum: 0, maximum: 100_000, description: '0: no limit' })

/** What holds in this replica now. */
export const InFlightLimit = Type.Object({
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
export function inFlightLimitRoutes(app: Server, shedding: LoadShedding): void {
  const configured = shedding.maxInFlight
  const now = (): Static<typeof InFlightLimit> => ({
    maxInFlight: shedding.maxInFlight,
    limit: shedding.limit,
    inFlight: shedding.inFlight,
  })
  let until: NodeJS.Timeout | undefined

  app.get('/v1/operations/in-flight-limit', { schema: { response: { 200: InFlightLimit } } }, now)

  app.post(
    '/v1/operations/in-flight-limit',
    { schema: { body: TemporaryLimit, response: { 200: InFlightLimit } } },
    ({ body: { maxInFlight, seconds } }) => {
      clearTimeout(until)
      shedding.maxInFlight = maxInFlight
      until = setTimeout(() => {
        shedding.maxInFlight = configured
      }, seconds * 1000).unref()
      return now()
    },
  )
}
