import { type Static, Type } from 'typebox'
import { Time } from '../values.ts'
import { CorsSettings } from './cors.ts'
import { Throttle } from './usage-plans.ts'

/** What a stage is called: in its events, its metrics, and by commands. */
export const StageName = Type.String({ pattern: '^[a-z][a-z0-9-]{0,30}$' })

/** Host name in small letters, without port. */
const Host = Type.String({ pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$', maxLength: 253 })

/** What the whole gateway serves may not become the way to a stage. */
const Prefix = Type.String({
  pattern: '^/(?!(v[0-9]+|docs|developers|healthz|readyz|metrics)$)[a-z][a-z0-9-]{0,30}$',
  description: 'first part of the path; it is taken off before the path is looked up',
})

/** Which requests belong to a stage: any of these is enough. */
export const StageSelection = Type.Object({
  hosts: Type.Optional(Type.Array(Host, { maxItems: 20, uniqueItems: true })),
  prefix: Type.Optional(Prefix),
  header: Type.Optional(
    Type.Object({
      name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$', description: 'in small letters' }),
      value: Type.String({ minLength: 1, maxLength: 200 }),
    }),
  ),
})
export type StageSelection = Static<typeof StageSelection>

/** Names and characters are those that Amazon API Gateway allows. */
export const StageVariables = Type.Record(
  Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{0,63}$' }),
  Type.String({ pattern: '^[A-Za-z0-9._~:/?#&=,-]*$', maxLength: 512 }),
  { additionalProperties: false, maxProperties: 50 },
)

/**
 * How the gateway behaves for the requests of a stage. What is left out is as the gateway's environment says. Each is optional, because versions
 * that were published earlier do not have it; who publishes may name nothing else.
 */
export const StageSettings = Type.Object({
  /** What all callers together may ask of the stage. */
  throttle: Type.Optional(Throttle),
  /** Whether requests without an API key are refused, but for the gateway's own pages and operators' routes. */
  keyRequired: Type.Optional(Type.Boolean()),
  mesh: Type.Optional(
    Type.Object({
      stage: Type.String({
        pattern: '^[a-z][a-z0-9-]{0,31}$',
        description: 'x-stage of the calls to the services behind the gateway, by which the mesh chooses a subset',
      }),
    }),
  ),
  /** Left out: no page of another origin may read answers. */
  cors: Type.Optional(CorsSettings),
})
export type StageSettings = Static<typeof StageSettings>

/** A stage as data: all that a version of it is. */
export const StageDefinition = Type.Object({
  description: Type.Optional(Type.String({ maxLength: 500 })),
  select: StageSelection,
  variables: StageVariables,
  settings: StageSettings,
})
export type StageDefinition = Static<typeof StageDefinition>

/** Of the requests that no rule gives to a stage, how many this one gets. */
export const Percent = Type.Integer({ minimum: 0, maximum: 100 })

/** 0 is what the gateway begins with. */
export const StageVersion = Type.Integer({ minimum: 0 })

const Count = Type.Integer({ minimum: 0 })

/** Answers of one stage: all of them, and those that were 5xx or degraded. */
export const Answers = Type.Object({ answered: Count, bad: Count })
export type Answers = Static<typeof Answers>

/** Why a release was undone: what both stages answered meanwhile, and how likely a difference like this is between stages that are alike. */
export const ReleaseEvidence = Type.Object({
  canary: Answers,
  prod: Answers,
  span: Type.Enum(['release', 'last minute']),
  pValue: Type.Number({ minimum: 0, maximum: 1 }),
  threshold: Type.Number({ minimum: 0, maximum: 1 }),
})
export type ReleaseEvidence = Static<typeof ReleaseEvidence>

/** A version that can be gone back to. */
export const PublishedStage = Type.Object({
  version: StageVersion,
  /** Version 0 was not published. */
  at: Type.Optional(Time),
  /** Absent: the stage does not exist in this version. */
  definition: Type.Optional(StageDefinition),
})
export type PublishedStage = Static<typeof PublishedStage>

/** One stage with the versions it can go back to, oldest first. */
export const StageHistory = Type.Object({
  name: StageName,
  live: StageVersion,
  /** What was live before it was published; absent after a rollback. */
  before: Type.Optional(StageVersion),
  percent: Percent,
  versions: Type.Array(PublishedStage),
})
export type StageHistory = Static<typeof StageHistory>
