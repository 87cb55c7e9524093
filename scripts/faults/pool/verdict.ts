import { percentile } from '../../load/percentile.ts'
import { type Check, equals, within } from '../check.ts'
import type { Round } from './round.ts'

/** What the rule promises. */
export interface PoolConfig {
  /** False when the DestinationRule sets no pool limits: then nothing can be claimed, and the verdict fails. */
  readonly declared: boolean
  readonly maxConnections: number
  readonly maxPending: number
  /** Simultaneous requests of a round. */
  readonly requests: number
  readonly rounds: number
}

export interface PoolObserved {
  readonly rounds: readonly Round[]
  /** ms of single requests that nobody refuses, through the same two proxies. */
  readonly unrefusedMs: readonly number[]
}

/** The check that fails without the rule. */
export const refusedAtOnce = 'requests refused at once (x-envoy-overloaded), per round'
/** The check that holds without the rule as well: requests arrive and are answered. */
export const nothingElse = 'answers other than 200 or a refusal, per round'

/** Exact in every round: a breaker that is right on average is not right. */
export function poolVerdict({ declared, maxConnections, maxPending, requests, rounds }: PoolConfig, observed: PoolObserved): Check[] {
  const refused = requests - maxConnections - maxPending
  const each = (value: number) => Array.from({ length: rounds }, () => value)
  const of = (pick: (round: Round) => number) => observed.rounds.map(pick)
  return [
    equals('the DestinationRule of httpbin sets maxConnections and http1MaxPendingRequests', true, declared),
    equals(
      'requests active at httpbin while held, per round',
      each(maxConnections),
      of(({ active }) => active),
    ),
    equals(
      "requests pending in the caller's proxy while held, per round",
      each(maxPending),
      of(({ pending }) => pending),
    ),
    equals(
      refusedAtOnce,
      each(refused),
      of((round) => round.refused),
    ),
    equals(
      "increase of the callers' overflow counters = refusals, per round",
      of((round) => round.refused),
      of(({ overflows }) => overflows),
    ),
    equals(
      'requests httpbin saw = requests not refused, per round',
      of((round) => requests - round.refused),
      of(({ seen }) => seen),
    ),
    equals(
      'requests not refused and answered 200, per round',
      each(requests - refused),
      of(({ answered200 }) => answered200),
    ),
    equals(
      nothingElse,
      each(0),
      of(({ otherwise }) => otherwise),
    ),
    equals(
      'rq_pending_open while held, per round',
      each(1),
      of(({ openWhileHeld }) => openWhileHeld),
    ),
    equals(
      'rq_pending_open after the release, per round',
      each(0),
      of(({ openAfter }) => openAfter),
    ),
    equals(
      "refusals on httpbin's own inbound side, per round",
      each(0),
      of(({ inboundOverflows }) => inboundOverflows),
    ),
    // A refusal waits for nobody: even worked off one after another, all of a round cost less than as many full round trips.
    within(
      'p99 of refused answers, ms',
      { max: requests * (percentile(observed.unrefusedMs, 0.99) ?? 0) },
      percentile(
        observed.rounds.flatMap(({ refusedMs }) => refusedMs),
        0.99,
      ),
    ),
  ]
}
