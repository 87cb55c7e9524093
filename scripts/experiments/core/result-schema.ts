import { Type } from 'typebox'
import { CheckSchema } from '../../checks/check-json.ts'
import { renamed } from '../../checks/renamed.ts'

/** Verdicts of a run that came to its end. */
export const judged = ['pass', 'fail'] as const
/** Verdicts that need a reason. */
export const unjudged = ['inconclusive', 'aborted'] as const

const StateSchema = Type.Codec(Type.Enum(['closed', 'pool-full', 'ejected', 'probation']))
  .Decode((state) => (state === 'pool-full' ? 'overflow' : state))
  .Encode((state) => (state === 'overflow' ? 'pool-full' : state))

const SampleSchema = Type.Object({
  atMs: Type.Number({ description: 'ms since startedAt' }),
  state: StateSchema,
  cause: Type.Optional(Type.String()),
  requests: Type.Optional(Type.Number()),
  refused: Type.Optional(Type.Number()),
  failed: Type.Optional(Type.Number()),
})

const SeriesSchema = Type.Object({ caller: Type.String(), host: Type.String(), samples: Type.Immutable(Type.Array(SampleSchema)) })

const NegativeControlSchema = Type.Object({
  change: Type.String({ description: 'what was taken away, e.g. outlierDetection removed' }),
  checks: Type.Immutable(Type.Array(CheckSchema, { minItems: 1 })),
  failedAsItMust: Type.Boolean(),
  timeline: Type.Optional(
    Type.Immutable(Type.Array(SeriesSchema, { description: 'as that of the run, and on its clock: atMs is since startedAt' })),
  ),
})

/** Why checks failed, read off the policy. */
const ReasonSchema = Type.Object({
  field: Type.String({
    description: 'where it is written, e.g. DestinationRule shop/reviews: spec.trafficPolicy.outlierDetection.maxEjectionPercent',
  }),
  because: Type.String({ description: 'one sentence with the arithmetic' }),
  wouldWork: Type.String({ description: 'the change that would have let the checks hold' }),
})

/**
 * `out/experiments/<name>.json`, and what the code calls its fields. A file's words are kept: files of earlier versions stay readable.
 * experiment-result.schema.json is made of it, by its test.
 */
export const resultSchema = renamed(
  Type.Object(
    {
      name: Type.String({ pattern: '^[a-z0-9-]+$' }),
      target: Type.Enum(['local', 'cluster']),
      claim: Type.String({ description: 'one sentence a reader can disagree with' }),
      startedAt: Type.String({ format: 'date-time' }),
      durationMs: Type.Number({ minimum: 0 }),
      config: Type.Unsafe<object>({
        type: 'object',
        description: 'the policy under test and what was injected: what the expected values derive from',
      }),
      verdict: Type.Enum([...judged, ...unjudged], {
        description:
          'inconclusive: the machine, other traffic or the steady state did not allow a judgement; aborted: somebody ended it; `reason` says why for both',
      }),
      reason: Type.Optional(Type.String({ description: 'of a verdict that is neither pass nor fail' })),
      checks: Type.Immutable(Type.Array(CheckSchema, { description: 'at least one when the verdict is pass or fail' })),
      reasons: Type.Optional(
        Type.Immutable(Type.Array(ReasonSchema, { minItems: 1, description: 'of checks that failed, where the policy explains them' })),
      ),
      negativeControl: Type.Optional(NegativeControlSchema),
      timeline: Type.Immutable(
        Type.Array(SeriesSchema, { description: "per caller proxy and upstream host, from the proxies' own statistics" }),
      ),
      invariants: Type.Immutable(Type.Array(CheckSchema, { description: 'business invariants checked afterwards' })),
      undo: Type.Object({ done: Type.Boolean(), remains: Type.Immutable(Type.Array(Type.String())) }),
    },
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'One run of one experiment: out/experiments/<name>.json',
      allOf: [
        {
          if: { properties: { verdict: { enum: judged } } },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          then: { required: ['negativeControl'], properties: { checks: { minItems: 1 } } },
          else: { required: ['reason'] },
        },
      ],
    },
  ),
  { claim: 'hypothesis', undo: 'rollback' },
)
