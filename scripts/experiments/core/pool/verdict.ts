import { broken, type Check, doubted, equals, within } from '../../../checks/check.ts'
import { percentile } from '../../../checks/percentile.ts'
import { ofCaller } from '../of-caller.ts'
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
  /** Replicas of the destination: beyond the limit each may have one connection, or nobody could reach it. */
  readonly hosts: number
  /** Names of the replicas whose proxies have the pool, each one of its own. */
  readonly callers: readonly string[]
}

export interface PoolObserved {
  /** ms since 1970, of the run. */
  readonly startedAt?: number
  readonly callers: readonly { readonly caller: string; readonly rounds: readonly Round[] }[]
}

/**
 * A refusal that costs more is no quick one, ms. The half of them that are fastest must keep it: the slowest of a hundred tell of what else
 * a laptop does, not of the breaker.
 */
const quickMs = 5
/** Of the time that a served request takes beside them: even the slowest refusal costs no more. */
const quickShare = 0.1

/** The check that fails without the rule, for each caller. */
export const refusedAtOnce = 'requests refused at once (x-envoy-overloaded), per round'
/** The check that holds without the rule as well: requests arrive and are answered. */
export const nothingElse = 'answers other than 200 or a refusal, per round'

/** Exact in every round of every caller: a breaker that is right on average is not right. @param service what checks call the destination */
export function poolVerdict(service: string, config: PoolConfig, observed: PoolObserved): Check[] {
  return [
    equals(`the DestinationRule of ${service} sets maxConnections and http1MaxPendingRequests`, true, config.declared),
    ...config.callers.flatMap((caller) => {
      const rounds = observed.callers.find((one) => one.caller === caller)?.rounds
      const checks = rounds === undefined ? [broken('the caller was watched', 'it was not')] : checksOf(service, config, rounds)
      return ofCaller(caller, config.callers.length === 1, checks)
    }),
  ]
}

function checksOf(service: string, config: PoolConfig, rounds: readonly Round[]): Check[] {
  const singleMs = rounds.flatMap((round) => round.singleMs)
  const tooSlowFor: TooSlowFor = (ms, quantile) => {
    const took = percentile(singleMs, quantile)
    // Half, because what a machine does to a request differs by as much from one time to the next.
    return took === undefined || took > ms / 2
      ? `this machine is too slow to judge: single requests that nobody refuses took ${took?.toFixed(1) ?? 'more than 5000'} ms (p${quantile * 100})`
      : undefined
  }
  const sum = (of: (round: Round) => number) => rounds.reduce((total, round) => total + of(round), 0)
  // Strangers take places at the hosts' own proxies, so that more is refused, never less: what was let through beyond the rule is not their doing.
  const least = config.requests - config.maxConnections - config.maxPending - (config.hosts - 1)
  const strangers = rounds.every(({ refused }) => refused < least) ? 0 : sum((round) => round.strangers)
  const others = sum((round) => round.others) + strangers
  const disturbed = others === 0 ? undefined : `others sent ${others} requests to ${service} meanwhile`
  const cutShort = rounds.find((round) => round.cutShort !== undefined)?.cutShort
  return [
    ...doubted(disturbed ?? cutShort ?? tooSlowFor(settling.timeoutMs / config.requests, slowest), counts(service, config, rounds)),
    ...refusalTimes(rounds, tooSlowFor),
  ]
}

/** Why the machine cannot be asked for answers within so many ms; undefined when it can. */
type TooSlowFor = (ms: number, quantile: number) => string | undefined

const slowest = 0.99
const median = 0.5

/** Identities, round by round. What the proxies do not count is not claimed. */
function counts(service: string, { maxConnections, maxPending, requests, rounds, hosts }: PoolConfig, played: readonly Round[]): Check[] {
  const each = (value: number) => Array.from({ length: rounds }, () => value)
  const of = (pick: (round: Round) => number | undefined) => played.map((round) => pick(round) ?? 'never')
  const ofCounted = (pick: (round: Round) => number | undefined, check: () => Check): Check[] =>
    played.some((round) => pick(round) === undefined) ? [] : [check()]
  /** With one host what the rule says, with several what was held: each host may have a connection. */
  const expectedRefusals =
    hosts === 1 ? each(requests - maxConnections - maxPending) : played.map(({ active }) => requests - active - maxPending)
  return [
    activeCheck(service, { maxConnections, hosts, rounds }, played),
    ...ofCounted(
      ({ pending }) => pending,
      () =>
        equals(
          "requests pending in the caller's proxy while held, per round",
          each(maxPending),
          of(({ pending }) => pending),
        ),
    ),
    equals(
      refusedAtOnce,
      expectedRefusals,
      of((round) => round.refused),
    ),
    ...ofCounted(
      ({ overflows }) => overflows,
      () =>
        equals(
          "increase of the callers' overflow counters = refusals, per round",
          of(({ refusedInAll }) => refusedInAll),
          of(({ overflows }) => overflows),
        ),
    ),
    ...ofCounted(
      ({ seen }) => seen,
      () =>
        equals(
          `requests ${service} saw = requests not refused, per round`,
          of((round) => requests - round.refused),
          of(({ seen }) => seen),
        ),
    ),
    equals(
      'requests not refused and answered 200, per round',
      expectedRefusals.map((refused) => requests - refused),
      of(({ answered200 }) => answered200),
    ),
    equals(
      nothingElse,
      each(0),
      of(({ otherwise }) => otherwise),
    ),
    ...ofCounted(
      ({ openWhileHeld }) => openWhileHeld,
      () =>
        equals(
          'rq_pending_open while held, per round',
          each(1),
          of(({ openWhileHeld }) => openWhileHeld),
        ),
    ),
    ...ofCounted(
      ({ openAfter }) => openAfter,
      () =>
        equals(
          'rq_pending_open after the release, per round',
          each(0),
          of(({ openAfter }) => openAfter),
        ),
    ),
    ...ofCounted(
      ({ inboundOverflows }) => inboundOverflows,
      () =>
        equals(
          `refusals on ${service}'s own inbound side, per round`,
          each(0),
          of(({ inboundOverflows }) => inboundOverflows),
        ),
    ),
  ]
}

function activeCheck(
  service: string,
  { maxConnections, hosts, rounds }: Pick<PoolConfig, 'maxConnections' | 'hosts' | 'rounds'>,
  played: readonly Round[],
): Check {
  const name = `requests active at ${service} while held, per round`
  const active = played.map((round) => round.active)
  if (hosts === 1)
    return equals(
      name,
      Array.from({ length: rounds }, () => maxConnections),
      active,
    )
  const expected = { min: maxConnections, max: maxConnections + hosts - 1 }
  const passed = active.length === rounds && active.every((one) => one >= expected.min && one <= expected.max)
  return { name, expected, actual: active, passed }
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
