import { type Static, Type } from 'typebox'

/** Where a fault can be put. */
export const faultPlaces = ['callers-proxy', 'destinations-proxy', 'application', 'kill', 'pause'] as const
/** What a mesh can do about it. */
export const policies = ['pool-limit', 'ejection', 'retry', 'timeout'] as const

const CellSchema = Type.Object({
  fault: Type.Enum([...faultPlaces]),
  policy: Type.Enum([...policies]),
  tripped: Type.Boolean({ description: 'whether the fault made the policy act' }),
  count: Type.Number({ description: 'how often it did, by the counter' }),
  counter: Type.String({ description: 'what was read, e.g. upstream_rq_pending_overflow' }),
  note: Type.Optional(Type.String({ description: 'what surprises about it, one sentence' })),
})

/** `out/matrix.json`: which fault trips which policy, as it was measured. A cell that nobody measured is not there. */
export const matrixSchema = Type.Object({
  target: Type.Enum(['local', 'cluster']),
  startedAt: Type.String({ format: 'date-time' }),
  faults: Type.Partial(
    Type.Record(Type.Enum([...faultPlaces]), Type.String({ description: 'what was done there, e.g. abort with 503, 100 % of requests' })),
  ),
  notMeasured: Type.Optional(
    Type.Partial(
      Type.Record(Type.Enum([...faultPlaces]), Type.String({ description: 'why cells of this place are missing, e.g. what failed' })),
    ),
  ),
  cells: Type.Array(CellSchema),
})

export type Matrix = Static<typeof matrixSchema>
