import { type Check, doubted, equals, within } from '../../../checks/check.ts'
import { percentile } from '../../../load/percentile.ts'
import { type Round, settling } from './round.ts'

/** What the rule promises. */
export interface PoolConfig {
  /** False when the DestinationRule sets no pool limits: then nothing can be claimed, and the verdict fails. */
  readonly declared: boolean
  readonly maxConnections: number
  readonly maxPending: number
  /** Simultaneous requests of a round. */
  readonly requests: number
  /** Single requests of a round while the pool is full, and as many when it is empty. */
  readonly beside: number
  readonly rounds: number
}

export interface PoolObserved {
  readonly rounds: readonly Round[]
}

/**
 * A refusal that costs more is no quick one, ms. The half of them that are fastest must keep it: the slowest of a hundred tell of what else
 * a laptop does, not of the breaker.
 */
const quickMs = 5
/** Of the time that a served request takes beside them: even the slowest refusal costs no more. */
const quickShare = 0.1

/** The check that fails without the rule. */
export const refusedAtOnce = 'requests refused at once (x-envoy-overloaded), per round'
/** The check that holds without the rule as well: requests arrive and are answered. */
export const nothingElse = 'answers other than 200 or a refusal, per round'

/** Exact in every round: a breaker that is right on average is not right. */
export function poolVerdict(config: PoolConfig, observed: PoolObserved): Check[] {
  const rounds = observed.rounds
  const singleMs = rounds.flatMap((round) => round.singleMs)
  const tooSlowFor: TooSlowFor = (ms, quantile) => {
    const took = percentile(singleMs, quantile)
    // Half, because what a machine does to a request differs by as much from one time to the next.
    return took === undefined || took > ms / 2
      ? `this machine is too slow to judge: single requests that nobody refuses took ${took?.toFixed(1) ?? 'more than 5000'} ms (p${quantile * 100})`
      : undefined
  }
  const others = rounds.reduce((sum, round) => sum + round.others, 0)
  const disturbed = others === 0 ? undefined : `others sent ${others} requests to httpbin meanwhile`
  return [
    equals('the DestinationRule of httpbin sets maxConnections and http1MaxPendingRequests', true, config.declared),
    ...doubted(disturbed ?? tooSlowFor(settling.timeoutMs / config.requests, slowest), counts(config, rounds)),
    ...refusalTimes(rounds, tooSlowFor),
  ]
}

/** Why the machine cannot be asked for answers within so many ms; undefined when it can. */
type TooSlowFor = (ms: number, quantile: number) => string | undefined

const slowest = 0.99
const median = 0.5

/** Identities, round by round. */
function counts({ maxConnections, maxPending, requests, rounds }: PoolConfig, played: readonly Round[]): Check[] {
  const refused = requests - maxConnections - maxPending
  const each = (value: number) => Array.from({ length: rounds }, () => value)
  const of = (pick: (round: Round) => number) => played.map(pick)
  return [
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
      of(({ refusedInAll }) => refusedInAll),
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
  ]
}

/** A refusal waits for nobody. */
function refusalTimes(rounds: readonly Round[], tooSlowFor: TooSlowFor): Check[] {
  const refusedMs = rounds.flatMap((round) => round.refusedMs)
  const servedMs = rounds.flatMap((round) => round.servedMs)
  const shareMs = quickShare * (percentile(servedMs, median) ?? 0)
  return [
    ...doubted(tooSlowFor(shareMs, slowest), [
      within('p99 of refused answers, ms: a tenth of what served ones take beside them', { max: shareMs }, percentile(refusedMs, slowest)),
    ]),
    ...doubted(tooSlowFor(quickMs, median), [within('median of refused answers, ms', { max: quickMs }, percentile(refusedMs, median))]),
  ]
}
