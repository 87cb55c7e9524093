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

const SeriesSchema = Type.Object({
  caller: Type.String(),
  host: Type.String(),
  samples: Type.Immutable(Type.Array(SampleSchema, { description: 'changes, traffic and the last moment' })),
  sampling: Type.Optional(
    Type.Object(
      { perSecond: Type.Number(), longestGapMs: Type.Number() },
      { description: 'how often the proxy was read, also when nothing had changed: no moment of the samples is known better' },
    ),
  ),
})

const EventSchema = Type.Object({
  atMs: Type.Number({ description: 'ms since startedAt' }),
  what: Type.String({ description: 'what the run did to the system, e.g. fault injected' }),
})

const TrafficBinSchema = Type.Object({
  atMs: Type.Number({ description: 'start of the interval, ms since startedAt' }),
  sent: Type.Number({ description: 'begun in the interval' }),
  ok: Type.Number({ description: 'of those that ended in it: answered as they should be and within the deadline, which is the goodput' }),
  refused: Type.Number({ description: 'of those that ended in it: refused at once, because a limit was reached' }),
  failed: Type.Number({ description: 'of those that ended in it: all others, late ones included' }),
  p50Ms: Type.Optional(Type.Number({ description: 'of what was answered and not refused; absent when nothing was' })),
  p99Ms: Type.Optional(Type.Number({ description: 'likewise' })),
})

const TrafficSchema = Type.Object({
  caller: Type.String({ description: 'who sent: a caller with a proxy, or the customers' }),
  binMs: Type.Number({ exclusiveMinimum: 0, description: 'length of an interval' }),
  deadlineMs: Type.Optional(Type.Number({ description: 'an answer after that is failed' })),
  bins: Type.Immutable(Type.Array(TrafficBinSchema)),
})

/** What a run shows of itself over time; the negative control shows the same of its own, in times of the same clock. */
const overTime = {
  events: Type.Optional(Type.Immutable(Type.Array(EventSchema, { description: 'in order; the first is the fault' }))),
  traffic: Type.Optional(Type.Immutable(Type.Array(TrafficSchema, { description: "per caller, from the senders' own records" }))),
}

const NegativeControlSchema = Type.Object({
  change: Type.String({ description: 'what was taken away, e.g. outlierDetection removed' }),
  checks: Type.Immutable(Type.Array(CheckSchema, { minItems: 1 })),
  failedAsItMust: Type.Boolean(),
  summary: Type.Optional(Type.String({ description: 'one sentence with the numbers of the run without the rule' })),
  timeline: Type.Optional(
    Type.Immutable(Type.Array(SeriesSchema, { description: 'as that of the run, and on its clock: atMs is since startedAt' })),
  ),
  ...overTime,
})

/** Why checks failed, read off the policy. */
const ReasonSchema = Type.Object({
  field: Type.String({
    description: 'where it is written, e.g. DestinationRule shop/reviews: spec.trafficPolicy.outlierDetection.maxEjectionPercent',
  }),
  because: Type.String({ description: 'one sentence with the arithmetic' }),
  wouldWork: Type.String({ description: 'the change that would have let the checks hold' }),
})

const PolicyNumberSchema = Type.Object({
  number: Type.String({ description: 'what it is to the experiment, e.g. failures in a row until a host is ejected' }),
  value: Type.Unknown({ description: 'as the experiment uses it' }),
  object: Type.String({ description: 'e.g. DestinationRule shop/catalog' }),
  field: Type.String({ description: 'e.g. spec.trafficPolicy.outlierDetection.interval' }),
  written: Type.Optional(Type.Unknown({ description: 'as the object has it, e.g. 1s; absent: not set, so the default of the mesh' })),
})

const EnvironmentSchema = Type.Object(
  {
    commit: Type.Optional(Type.String({ description: 'of this program; -dirty when files differ from it' })),
    node: Type.String(),
    envoy: Type.Optional(Type.String()),
    istio: Type.Optional(Type.String()),
    kafka: Type.Optional(Type.String()),
    os: Type.String(),
    cpu: Type.Optional(Type.String()),
    cores: Type.Integer({ minimum: 1 }),
    memoryGiB: Type.Optional(Type.Number()),
  },
  { description: 'the machine that ran the experiment, and the versions of what was run' },
)

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
      summary: Type.Optional(Type.String({ description: 'one sentence for a manager, with the numbers of this run' })),
      checks: Type.Immutable(Type.Array(CheckSchema, { description: 'at least one when the verdict is pass or fail' })),
      reasons: Type.Optional(
        Type.Immutable(Type.Array(ReasonSchema, { minItems: 1, description: 'of checks that failed, where the policy explains them' })),
      ),
      negativeControl: Type.Optional(NegativeControlSchema),
      timeline: Type.Immutable(
        Type.Array(SeriesSchema, { description: "per caller proxy and upstream host, from the proxies' own statistics" }),
      ),
      ...overTime,
      policy: Type.Optional(Type.Immutable(Type.Array(PolicyNumberSchema, { description: 'where the numbers of the policy come from' }))),
      environment: Type.Optional(EnvironmentSchema),
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
