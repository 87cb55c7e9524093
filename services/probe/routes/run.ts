import { type Static, Type } from 'typebox'
import { workload } from '../../shared/contracts/topology.ts'

/** `POST /runs`: what to send. Only to services that the topology lets probe call. */
export const RunRequest = Type.Object(
  {
    service: Type.Enum([...workload('probe').calls]),
    method: Type.Enum(['GET', 'HEAD']),
    path: Type.String({ pattern: '^/[^\\s#]*$', maxLength: 1000 }),
    count: Type.Integer({ minimum: 1, maximum: 10_000 }),
    concurrency: Type.Integer({ minimum: 1, maximum: 256 }),
    /** Starts are spread to this rate; without it each follows the one before. */
    ratePerSecond: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 5000 })),
    timeoutMs: Type.Integer({ minimum: 1, maximum: 60_000 }),
  },
  { additionalProperties: false },
)
export type RunRequest = Static<typeof RunRequest>

/** One request as its sender saw it. No `status`: there was no answer, and `error` says why. */
export const RunRecord = Type.Object({
  status: Type.Optional(Type.Integer()),
  ms: Type.Number({ minimum: 0 }),
  /** Refused by a proxy because a limit was reached (`x-envoy-overloaded`). */
  overloaded: Type.Boolean(),
  error: Type.Optional(Type.String()),
})
export type RunRecord = Static<typeof RunRecord>

/** `GET /runs/{id}`: the answers so far, in the order they came. */
export const RunProgress = Type.Object({ id: Type.String(), done: Type.Boolean(), records: Type.Array(RunRecord) })
export type RunProgress = Static<typeof RunProgress>
